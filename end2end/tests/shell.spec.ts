// A page that is not there.
import { startCompany } from "../support/company";
import { expect, expectAccessible, test } from "../support/test";

test("an address that leads nowhere says so and shows the way on", async ({ page, mailbox, complaints }) => {
  complaints.expect(/status of 404/);
  await startCompany(page, mailbox);
  for (const path of ["/nowhere", "/settings/nowhere"]) {
    expect((await page.goto(path))?.status()).toBe(404);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expectAccessible(page);
  }
  await page.locator("main a").first().click();
  await expect(page).toHaveURL(/\/settings\/general/);
});
