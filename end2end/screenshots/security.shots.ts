// Account security as people see it: one story of a person, one of their company. Each has people of its own.
import { type Browser, type BrowserContextOptions, type Page, expect } from "@playwright/test";
import { Phone, proveApp, saveCodes, scan, setUpApp, startSignIn } from "../support/account";
import { joinCompany } from "../support/company";
import { type Person, open, signIn, signOut, signUp } from "../support/entrance";
import { photograph, test } from "../support/screenshots";

const organisation = "Yıldız Çağrı Merkezi A.Ş.";

function person(name: string, address: string): Person {
  return { organisation, name, email: `${address}@yildizcagri.com.tr`, password: "yaprak deniz kahve lamba" };
}

async function another(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  return (await browser.newContext(options)).newPage();
}

const iPhone =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1";

test("the account", async ({ page, browser, mailbox }, info) => {
  const ayse = person("Ayşe Erdem", "ayse.erdem");
  await signUp(page, mailbox, ayse);
  await signIn(page, ayse);
  await open(page, "/account/security");
  await photograph(page, "account-security", info);

  await page.locator("main a[href='/account/security/app']").click();
  await expect(page.locator(".wizard")).toBeVisible();
  await photograph(page, "account-app", info);
  const phone = new Phone((await scan(page)).key);
  await photograph(page, "account-app-scan", info);
  await proveApp(page, await phone.code());
  await expect(page.locator(".codes li")).toHaveCount(10);
  await photograph(page, "account-codes", info);
  await saveCodes(page);
  await page.waitForURL("**/account/security?saved=account/save-codes");
  await open(page, "/account/security");
  await photograph(page, "account-security-on", info);

  const onPhone = await another(browser, { userAgent: iPhone });
  await startSignIn(onPhone, ayse);
  await onPhone.locator("#f-code").fill(await phone.code());
  await onPhone.waitForURL("**/settings/general");
  await open(page, "/account/sessions");
  await photograph(page, "account-sessions", info);
  await onPhone.context().close();

  await signOut(page);
  await startSignIn(page, ayse);
  await photograph(page, "login-code", info);
  await open(page, "/login/code?with=backup");
  await photograph(page, "login-code-backup", info);
  await open(page, "/login?ended=session_revoked");
  await photograph(page, "login-ended", info);

  await open(page, await mailbox.link(ayse.email));
  await expect(page.locator(".entrance-steps")).toBeVisible();
  await photograph(page, "not-me", info);
});

test("the company", async ({ page, browser, mailbox, server }, info) => {
  const mert = person("Mert Yalçın", "mert.yalcin");
  await signUp(page, mailbox, mert);
  await signIn(page, mert);

  // The session of a page ends while somebody types.
  const typing = await another(browser);
  await signIn(typing, mert);
  await typing.locator("[name='form[address]']").fill("Büyükdere Caddesi No: 128");
  await open(page, "/account/sessions");
  await page.locator(".panel-foot button[type=submit]").click();
  await expect(page.locator(".panel-foot")).toHaveCount(0);
  await typing.locator("button[form=general]").click();
  await expect(typing.getByRole("dialog")).toBeVisible();
  await photograph(typing, "session-ended", info);
  await typing.context().close();

  const there = await another(browser);
  const zeynep = person("Zeynep Demir", "zeynep.demir");
  for (const member of [person("Mehmet Kaya", "mehmet.kaya"), zeynep]) {
    await signUp(there, mailbox, member);
    await joinCompany(server, member, mert, { only: true });
  }
  await setUpApp(page);
  await open(page, "/settings/security");
  await photograph(page, "security", info);
  await page.locator("#people").evaluate((heading) => heading.scrollIntoView({ block: "start" }));
  await photograph(page, "security-people", info);

  await signIn(there, zeynep);
  await open(page, "/settings/security");
  await page.locator("#f-two_factor_required").check();
  await page.locator("button[form=policy]").click();
  await expect(page.locator(".toast-ok")).toBeVisible();
  await open(there, "/settings/general");
  await expect(there.locator(".owed")).toBeVisible();
  await photograph(there, "two-factor-required", info);
  await there.context().close();
});
