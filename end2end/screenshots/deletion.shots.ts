// The end of a company: the page before it, what is wrong, the notice for owners, where the mail leads, one's own account.
import { expect } from "@playwright/test";
import { control, startCompany } from "../support/company";
import { open } from "../support/entrance";
import { photograph, speak, test, variantOf } from "../support/screenshots";

test("deletion", async ({ page, mailbox }, info) => {
  const owner = await startCompany(page, mailbox, "Ihlamur Çağrı Merkezi A.Ş.");
  await speak(page, variantOf(info).language);
  await open(page, "/settings/data/delete");
  await photograph(page, "deletion", info);
  await control(page, "word").fill("delete");
  await page.locator("main form button[type=submit]").last().click();
  await expect(control(page, "word")).toBeFocused();
  await photograph(page, "deletion-refused", info);
  await open(page, "/account/delete");
  await photograph(page, "deletion-account", info);
  await open(page, "/settings/data/delete");
  await control(page, "word").fill("DELETE");
  await control(page, "password").fill(owner.password);
  await page.locator("main form button[type=submit]").last().click();
  await expect(page.locator(".owed h1")).toBeVisible();
  await photograph(page, "deletion-notice", info);
  const at = await page.locator("form[action*='at=']").first().getAttribute("action");
  const organisation = /at=([0-9a-f-]+)/.exec(at ?? "")?.[1];
  await open(page, `/restore?organisation=${organisation}`);
  await photograph(page, "deletion-link", info);
  await open(page, "/restore?organisation=x");
  await photograph(page, "deletion-gone", info);
});
