// The second factor from its first page to a sign-in with it, as somebody who reads English meets it.
import { Phone, oathCode, proveApp, saveCodes, scan, startSignIn, typeCode } from "../support/account";
import { startCompany } from "../support/company";
import { alive, open, signOut, speak } from "../support/entrance";
import { expect, test } from "../support/test";

const WRONG = "This code is not valid or was used before. Type a new one.";

// Codes change every thirty seconds, and no code counts twice.
test.slow();

test("in English the second factor is English, the mails too", async ({ page, mailbox }) => {
  const person = await startCompany(page, mailbox);
  await page.locator(".topbar .menu-end summary").click();
  await speak(page, "English");

  await open(page, "/account/security");
  const panel = page.getByRole("region", { name: "Two-factor authentication" });
  await expect(panel.locator(".panel-head .pill")).toHaveText("Off");
  await page.getByRole("link", { name: "Activate" }).click();
  await expect(page.getByText("Download the free Google Authenticator app to your phone.")).toBeVisible();
  const phone = new Phone((await scan(page)).key);
  await proveApp(page, await oathCode(phone.key, Date.now() + 3_600_000));
  await expect(page.locator("#app-f-code-error")).toHaveText(WRONG);
  await alive(page);
  await proveApp(page, await phone.code());
  await saveCodes(page);
  await expect(page.getByText("All set: your account is protected by two steps.")).toBeVisible();
  await expect(panel.locator(".panel-head .pill")).toHaveText("On");
  await expect(panel).toContainText("10 of 10 codes left");
  await mailbox.next(person.email, "Two-factor authentication is on");

  await alive(page);
  await signOut(page);
  await startSignIn(page, person);
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await typeCode(page, await oathCode(phone.key, Date.now() + 3_600_000));
  await expect(page.locator("#f-code-error")).toHaveText(WRONG);
  await alive(page);
  await typeCode(page, await phone.code());
  await page.waitForURL("**/settings/general");
});
