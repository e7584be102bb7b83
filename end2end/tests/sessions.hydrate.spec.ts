// What an open page does when its session ends underneath it: one signs in above it, and nothing typed is lost.
import type { Page } from "@playwright/test";
import { setUpApp, walkWizard } from "../support/account";
import { control, hire, joinCompany, register, startCompany } from "../support/company";
import { type Person, alive, newPerson, open, signIn, signOut } from "../support/entrance";
import { expect, expectAccessible, test } from "../support/test";

const update = (page: Page) => page.locator('button[form="general"]');
const overlay = (page: Page) => page.getByRole("dialog", { name: "Yeniden giriş yapın" });

test.slow();
test.beforeEach(({ complaints }) => complaints.expect(/status of 40[13]/));

async function endAllOthers(page: Page): Promise<void> {
  await open(page, "/account/sessions");
  await page.getByRole("button", { name: "Diğer oturumların hepsini kapat" }).click();
  await expect(page.getByText("Başka açık oturum yok")).toBeVisible();
}

async function signInAgain(page: Page, person: Person): Promise<void> {
  await overlay(page).getByLabel("Parola", { exact: true }).fill(person.password);
  await overlay(page).getByRole("button", { name: "Giriş yap" }).click();
}

test("an ended session is taken up again above the page, and what was typed is still there", async ({
  page,
  mailbox,
  elsewhere,
  complaints,
}) => {
  complaints.expect(/ERR_FAILED|Failed to fetch/);
  const person = await startCompany(page, mailbox);
  const other = await elsewhere();
  await signIn(other, person);
  const above = /\/pkg\/split_above_piece/;
  await other.route(above, (route) => route.abort());
  const failed = other.waitForEvent("requestfailed", (request) => above.test(request.url()));
  await control(other, "name").fill("Yazdıklarım durur");
  await control(other, "address").fill("Büyükdere Cad. 1");
  await failed;
  await endAllOthers(page);

  // Its code is out of reach: the reason is said, and the next try finds it.
  const why = "Oturumunuz başka bir cihazdan ya da bir yönetici tarafından kapatıldı.";
  await update(other).click();
  await expect(other.locator(".toast-danger")).toContainText(why);
  await other.unroute(above);
  // Not a click: what the page asks by itself may have brought the dialog already.
  await other.locator("#general").evaluate((form: HTMLFormElement) => form.requestSubmit());
  await expect(overlay(other)).toBeVisible();
  await expect(overlay(other)).toContainText(why);
  await expect(overlay(other).getByLabel("Parola", { exact: true })).toBeFocused();
  await expect(overlay(other).getByLabel("E-posta")).toHaveValue(person.email);
  await expectAccessible(other);
  // Nothing but signing in takes it away.
  await other.keyboard.press("Escape");
  await other.keyboard.press("Escape");
  await expect(overlay(other)).toBeVisible();
  await signInAgain(other, { ...person, password: "yanlış bir parola" });
  await expect(overlay(other).getByRole("alert")).toContainText("E-posta ya da parola yanlış.");
  await signInAgain(other, person);
  await expect(overlay(other)).toHaveCount(0);
  await expect(other.locator(".toast-ok").first()).toContainText("Giriş yapıldı. Kaldığınız yerden devam edebilirsiniz.");
  await expect(control(other, "name")).toHaveValue("Yazdıklarım durur");
  await expect(control(other, "address")).toHaveValue("Büyükdere Cad. 1");
  await update(other).click();
  await expect(other.locator(".toast-ok", { hasText: /^Kaydedildi: Şirket adı/ })).toBeVisible();
  await expect(other.locator(".org-name")).toHaveText("Yazdıklarım durur");
});

test("what is typed for one company is not saved in another one that the session went over to", async ({
  page,
  mailbox,
  server,
  elsewhere,
}) => {
  const person = await startCompany(page, mailbox, "Ay Destek");
  const other = await register(await elsewhere(), mailbox, { ...newPerson(), organisation: "Güneş Destek" });
  await joinCompany(server, person, other, { role: "admin" });
  await open(page, "/settings/general");
  await control(page, "name").fill("Yeni Ay Destek");
  // Another tab, of which this one heard nothing.
  await page.locator(".topbar summary").first().click();
  const theirs = await page.locator("button[name='form[organisation]']").getAttribute("value");
  await page.locator(".topbar summary").first().click();
  const form = { "form[organisation]": theirs ?? "" };
  const headers = { "sec-fetch-site": "same-origin" };
  expect((await page.request.post("/api/shell/switch-organisation", { form, headers })).ok()).toBe(true);

  await update(page).click();
  await expect(page.getByRole("alert")).toContainText("Hiçbir şey kaydedilmedi.");
  await expect(page.locator(".toast-ok")).toContainText("Oturumunuz yeniden Ay Destek şirketinde.");
  await expect(control(page, "name")).toHaveValue("Yeni Ay Destek");
  await update(page).click();
  await expect(page.locator(".toast-ok", { hasText: /^Kaydedildi: Şirket adı/ })).toBeVisible();
  await expect(page.locator(".org-name")).toHaveText("Yeni Ay Destek");
  await page.locator(".topbar summary").first().click();
  await expect(page.locator("button[name='form[organisation]']")).toHaveText("Güneş Destek");
});

test("the code is asked for above the page as well", async ({ page, mailbox, elsewhere }) => {
  const person = await startCompany(page, mailbox);
  const other = await elsewhere();
  await signIn(other, person);
  const above = other.waitForResponse(/\/pkg\/split_above_piece/);
  await control(other, "name").fill("Yazdıklarım durur");
  await above;
  await other.waitForLoadState("networkidle");
  // A server that was updated has no more of the program that this page is of.
  await other.route("**/pkg/**", (route) => route.abort());
  // Switching on ends every other session.
  const { phone, codes } = await setUpApp(page);
  await update(other).click();
  await expect(overlay(other)).toContainText("Hesabınızın parolası ya da doğrulama yöntemi değişti.");
  await signInAgain(other, person);
  const code = overlay(other).getByLabel("Doğrulama kodu");
  await expect(code).toBeFocused();
  await expectAccessible(other);
  await code.fill(await phone.code());
  await expect(overlay(other)).toHaveCount(0);
  await expect(control(other, "name")).toHaveValue("Yazdıklarım durur");
  await update(other).click();
  await expect(other.locator(".toast-ok", { hasText: /^Kaydedildi: Şirket adı/ })).toBeVisible();

  // A backup code does it, too.
  await control(other, "name").fill("Yine durur");
  await endAllOthers(page);
  await update(other).click();
  await signInAgain(other, person);
  await code.fill(codes[0]!);
  await overlay(other).getByRole("button", { name: "Giriş yap" }).click();
  await expect(overlay(other)).toHaveCount(0);
  await expect(control(other, "name")).toHaveValue("Yine durur");
});

test("the tabs of a browser follow each other out and in again", async ({ page, context, mailbox }) => {
  const person = await startCompany(page, mailbox);
  const tab = await context.newPage();
  await open(tab, "/settings/general");
  await control(tab, "name").fill("Yazdıklarım durur");
  await signOut(page);
  await expect(overlay(tab)).toBeVisible();
  await expect(control(tab, "name")).toHaveValue("Yazdıklarım durur");

  await signIn(page, person);
  await expect(overlay(tab)).toHaveCount(0);
  await expect(control(tab, "name")).toHaveValue("Yazdıklarım durur");
  await update(tab).click();
  await expect(tab.locator(".toast-ok", { hasText: /^Kaydedildi: Şirket adı/ })).toBeVisible();
});

test("somebody else who signs in gets their own page, not the other one's", async ({ page, context, mailbox, elsewhere }) => {
  const person = await startCompany(await elsewhere(), mailbox, "Kuzey Destek");
  await startCompany(page, mailbox);
  const tab = await context.newPage();
  await open(tab, "/settings/general");
  await signOut(page);
  await expect(overlay(tab)).toBeVisible();
  await signIn(page, person);
  await expect(tab.locator(".org-name")).toHaveText("Kuzey Destek");
  await expect(overlay(tab)).toHaveCount(0);
});

test("who begins to owe a second factor while typing sets one up beside the page", async ({
  page,
  mailbox,
  server,
  elsewhere,
}) => {
  const owner = await startCompany(page, mailbox);
  const other = await elsewhere();
  const admin = await hire(other, mailbox, server, owner, { role: "admin", only: true });
  await signIn(other, admin);
  await control(other, "name").fill("Yazdıklarım durur");
  await setUpApp(page);
  await open(page, "/settings/security");
  await page.getByRole("switch", { name: "Herkesten iste" }).check();
  await page.locator('button[form="policy"]').click();
  await expect(page.locator(".toast-ok")).toHaveText("Kaydedildi.");

  await update(other).click();
  const stopped = other.getByRole("dialog", { name: "İki faktörlü doğrulama gerekiyor" });
  await expect(stopped).toBeVisible();
  await expect(stopped).toContainText("Yazdıklarınız bu sekmede duruyor.");
  await expectAccessible(other);
  const [beside] = await Promise.all([
    other.waitForEvent("popup"),
    stopped.getByRole("link", { name: "Etkinleştir" }).click(),
  ]);
  await alive(beside);
  await walkWizard(beside);
  await beside.waitForURL("**/account/security?saved=account/save-codes");
  await beside.close();
  await other.bringToFront();
  await expect(stopped).toHaveCount(0);
  await expect(control(other, "name")).toHaveValue("Yazdıklarım durur");
  // The rule was a change of the company's settings, too: that is said first.
  await update(other).click();
  await expect(other.locator(".banner-warn")).toContainText("siz düzenlerken kaydetti");
  await update(other).click();
  await expect(other.locator(".toast-ok", { hasText: /^Kaydedildi: Şirket adı/ })).toBeVisible();
});
