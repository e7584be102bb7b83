// Access keys: none yet, the one that was just made, the list, and what can be done with a key.
import { expect } from "@playwright/test";
import { control, startCompany } from "../support/company";
import { open } from "../support/entrance";
import { photograph, speak, test, variantOf } from "../support/screenshots";

const keys = [
  ["Santral köprüsü", "organisation", "365", ["calls:read", "calls:write", "slots:read", "slots:write"]],
  ["Açılış saatleri ekranı", "organisation", "never", ["hours:read"]],
  ["Rapor betiği", "personal", "30", ["calls:read", "settings:read"]],
] as const;

test("keys", async ({ page, mailbox }, info) => {
  await startCompany(page, mailbox, "Yıldız Çağrı Merkezi A.Ş.");
  await speak(page, variantOf(info).language);
  await open(page, "/settings/keys");
  await photograph(page, "keys-empty", info);
  for (const [name, kind, lifetime, scopes] of keys) {
    const fold = page.locator(".keys-new details");
    if ((await fold.getAttribute("open")) === null) await fold.locator("summary").click();
    await control(page, "name").fill(name);
    await page.locator(`#f-kind-${kind}`).check();
    await control(page, "lifetime").selectOption(lifetime);
    for (const scope of scopes) await page.locator(`input[value="${scope}"]`).check();
    await page.locator(".keys-new button[type=submit]").click();
    await expect(page.locator(".key-fresh h2")).toContainText(name);
  }
  await page.locator(".toast button").first().click();
  await photograph(page, "keys-new", info);
  await page.locator(".key-fresh button[type=submit]").click();
  await expect(page.locator(".key-fresh")).toHaveCount(0);
  const acts = page.locator("[popovertarget^=key-]");
  await acts.last().click();
  await page.locator(".row-menu:popover-open .key-act summary").click();
  await photograph(page, "keys-roll", info);
  await page.locator("button[form=roll-day]:visible").click();
  await expect(page.locator(".key-fresh")).toBeVisible();
  await page.locator(".key-fresh button[type=submit]").click();
  await acts.first().click();
  await page.locator(".row-menu:popover-open .row-reset summary").click();
  await page.locator("button[form=revoke-key]:visible").click();
  await expect(page.locator(".keys-ended")).toBeVisible();
  await open(page, "/settings/keys");
  await photograph(page, "keys", info);
});
