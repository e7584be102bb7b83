// Invoices and credit of the company of `ayar demo`, and one invoice as it stands on paper.
import { demoTest as test, photograph, visit } from "../support/screenshots";

test("invoices", async ({ page }, info) => {
  await visit(page, "/settings/billing");
  await page.locator("#invoices").evaluate((heading) => heading.scrollIntoView({ block: "start" }));
  await photograph(page, "invoices", info);
  const invoice = await page.locator("#invoices-panel tbody a").first().getAttribute("href");
  await visit(page, invoice!);
  await photograph(page, "invoice", info);
});
