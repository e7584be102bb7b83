// Campaigns: the list, planning one, and one that waits: with the company of `ayar demo`.
import { demoTest as test, photograph, visit } from "../support/screenshots";

test("campaigns", async ({ page }, info) => {
  const open = (path: string) => visit(page, path);
  await open("/campaigns");
  await photograph(page, "campaigns", info);
  const campaign = await page.locator("tbody a").first().getAttribute("href");
  await open("/campaigns/new");
  await photograph(page, "campaign-new", info);
  await open(campaign!);
  await photograph(page, "campaign", info);
});
