// Support access as both sides see it.
import { expect } from "@playwright/test";
import { open, signIn, signUp } from "../support/entrance";
import { photograph, speak, test, variantOf } from "../support/screenshots";
import { startStaff } from "../support/staff";

const organisation = "Yıldız Çağrı Merkezi A.Ş.";

test("support", async ({ page, browser, server, mailbox }, info) => {
  const { language } = variantOf(info);
  const ayse = { organisation, name: "Ayşe Erdem", email: "ayse@yildiz.example", password: "yaprak deniz kahve lamba" };
  await signUp(page, mailbox, ayse);
  await signIn(page, ayse);
  await speak(page, language);
  await open(page, "/settings/support");
  await photograph(page, "support-record-empty", info);
  await open(page, "/settings/general");
  await page.locator("#f-support_access-allow").check();
  await page.locator("button[form=general]").click();
  await expect(page.locator(".toast-ok")).toBeVisible();
  await page.locator("#support").evaluate((heading) => heading.scrollIntoView({ block: "start" }));
  await photograph(page, "general-support", info);

  const desk = await (await browser.newContext()).newPage();
  await startStaff(desk, server);
  await speak(desk, language);
  await open(desk, "/support?q=yildiz");
  await photograph(desk, "support-desk", info);
  await desk.locator("table a.button").click();
  await desk.locator("#f-reason").waitFor();
  await photograph(desk, "support-enter", info);
  await desk.locator("#f-reason").fill("Mesai saatleri neden kapalı görünüyor, birlikte bakıyoruz.");
  await desk.locator("form:has(#f-reason) button[type=submit]").click();
  await desk.waitForURL("**/settings/general?saved=support/enter");
  await open(desk, "/settings/hours");
  await photograph(desk, "support-inside", info);

  await open(page, "/settings/support");
  await photograph(page, "support-record", info);
  await open(page, "/settings/hours");
  await photograph(page, "support-banner", info);
  await desk.context().close();
});
