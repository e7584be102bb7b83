// The people of a company, an invitation, and the audit trail that tells of both.
import { type Page, expect } from "@playwright/test";
import { control, hire } from "../support/company";
import { open, signIn, signUp } from "../support/entrance";
import { photograph, speak, test, variantOf } from "../support/screenshots";

test("members and audit", async ({ page, browser, server, mailbox }, info) => {
  const { language } = variantOf(info);
  const email = `ayse-${info.project.name}@yildiz.example`;
  const ayse = { organisation: "Yıldız Çağrı Merkezi A.Ş.", name: "Ayşe Erdem", email, password: "yaprak deniz kahve lamba" };
  await signUp(page, mailbox, ayse);
  await signIn(page, ayse);
  await speak(page, language);
  const there = await (await browser.newContext()).newPage();
  await hire(there, mailbox, server, ayse, { role: "admin" });
  await open(page, "/settings/members");
  const seda = `seda-${info.project.name}@yildiz.example`;
  await control(page, "emails").fill(`Seda Işık <${seda}>; mert-${info.project.name}@yildiz.example`);
  await control(page, "emails").locator("xpath=ancestor::form").locator("button[type=submit]").click();
  await expect(page.locator(".invitations li")).toHaveCount(2);
  await photograph(page, "members", info);
  await page.locator("[popovertarget^=person-]").last().click();
  await expect(page.locator(".row-menu:popover-open")).toBeVisible();
  await photograph(page, "members-actions", info);

  await there.goto(await mailbox.link(seda));
  await speakOutside(there, language);
  await photograph(there, "invite", info);
  await there.context().close();

  await open(page, "/settings/general");
  await control(page, "name").fill("Yıldız İletişim A.Ş.");
  await page.locator("button[form=general]").click();
  await expect(page.locator(".toast-ok")).toBeVisible();
  await page.locator(".page-last summary").click();
  await photograph(page, "last-changed", info);
  await open(page, "/settings/audit");
  await page.locator(".trail > li summary").first().click();
  await photograph(page, "audit", info);
});

/** The same before one signs in, where the switch stands in the open. */
async function speakOutside(page: Page, language: string): Promise<void> {
  if ((await page.locator("html").getAttribute("lang")) === language) return;
  await page.locator(`button[value=${language}]`).first().click();
  await expect(page.locator("html")).toHaveAttribute("lang", language);
}
