// Data and privacy with the company of `ayar demo`, its export when it is ready; deleting a customer; the help.
import { expect } from "@playwright/test";
import { demoTest as test, photograph, visit } from "../support/screenshots";

test("data and help", async ({ page }, info) => {
  await visit(page, "/settings/data");
  if (await page.locator("#export input[name='form[confirmed]']").count()) {
    await page.locator("#export button[type=submit]").click();
  }
  await expect(page.locator("#export a[download]")).toBeVisible({ timeout: 30_000 });
  await photograph(page, "data", info);
  await visit(page, "/customers");
  await page.locator("tbody th a, tbody td a").first().click();
  await page.locator("section[aria-labelledby=delete] summary").click();
  await photograph(page, "customer-delete", info);
  await visit(page, "/settings/help");
  await photograph(page, "help", info);
});
