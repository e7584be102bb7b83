// Passkeys, with the security chip that Chromium simulates. They need a name in the address: a server at localhost.
import type { Page } from "@playwright/test";
import { saveCodes, typeBackupCode, unfold } from "../support/account";
import { hire, startCompany } from "../support/company";
import { SHORT, countDialogs, expectHarmless } from "../support/markup";
import { type Person, alive, fillLogin, open, signIn, signOut } from "../support/entrance";
import { Authenticator } from "../support/passkeys";
import { Server } from "../support/server";
import { test as base, expect, expectAccessible } from "../support/test";

const test = base.extend<object, { server: Server }>({
  server: [
    async ({}, use) => {
      const server = await Server.start({}, "localhost");
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
});

test.slow();

/** Types a name for a new passkey and has it made. Whoever has a second factor shows it by a `code`. */
async function add(page: Page, name: string, code?: string): Promise<void> {
  const form = await unfold(page, "Geçiş anahtarı ekle");
  await form.getByLabel("Anahtarın adı").fill(name);
  if (code !== undefined) await form.getByLabel("Doğrulama kodu").fill(code);
  await form.getByRole("button", { name: "Anahtarı oluştur" }).click();
}

/** The first second factor: backup codes come with it. Ends on the security page. */
async function addFirst(page: Page, name = "İş bilgisayarım"): Promise<string[]> {
  await open(page, "/account/security");
  await add(page, name);
  const codes = await saveCodes(page);
  await page.waitForURL("**/account/security?saved=account/save-codes");
  await alive(page);
  return codes;
}

/** The row of a passkey, opened. */
async function edit(page: Page, name: string) {
  const row = page.locator("details.passkey", { hasText: name });
  await row.locator("summary").click();
  return row;
}

/** Signs out; the chip does not answer the question under the address field that waits on the next page. */
async function signOutAlone(page: Page, chip: Authenticator): Promise<void> {
  await chip.setOwnerThere(false);
  await signOut(page);
  await alive(page);
}

async function startWithPassword(page: Page, person: Person): Promise<void> {
  await fillLogin(page, person.email, person.password);
  await page.waitForURL("**/login/code");
  await alive(page);
}

test("a passkey is a second factor, and signs one in by itself", async ({ page, mailbox }) => {
  const person = await startCompany(page, mailbox);
  const chip = await Authenticator.build(page);
  await addFirst(page);
  expect(await chip.count()).toBe(1);
  await expect(page.locator("details.passkey")).toContainText("İş bilgisayarım");
  await expect(page.getByText("10 / 10 kod kaldı")).toBeVisible();
  expect((await mailbox.next(person.email, "İki faktörlü doğrulama açıldı")).text).toContain("İş bilgisayarım");
  await expectAccessible(page);

  await signOutAlone(page, chip);
  await expectAccessible(page);
  await chip.setOwnerThere(true);
  await page.getByRole("button", { name: "Geçiş anahtarıyla giriş yap" }).click();
  await page.waitForURL("**/settings/general");
  await expect(page.locator(".topbar")).toContainText(person.name);
  await open(page, "/account/security");
  await expect(page.locator("details.passkey")).toContainText("son kullanım");
});

test("after the password it takes the place of a code, and gets one where one wanted to go", async ({ page, mailbox }) => {
  const person = await startCompany(page, mailbox);
  const chip = await Authenticator.build(page);
  const codes = await addFirst(page);
  await signOutAlone(page, chip);
  await page.goto("/settings/hours");
  await alive(page);
  await startWithPassword(page, person);
  await expect(page.getByRole("heading", { name: "Siz olduğunuzu doğrulayın" })).toBeVisible();
  await expectAccessible(page);
  await chip.setOwnerThere(true);
  await page.getByRole("button", { name: "Geçiş anahtarıyla onayla" }).click();
  await page.waitForURL("**/settings/hours");
  await alive(page);

  // Without the device a backup code does it.
  await signOutAlone(page, chip);
  await startWithPassword(page, person);
  await typeBackupCode(page, codes[0]!);
  await page.waitForURL("**/settings/general");
});

test("passkeys are named and removed, the last one for a backup code only", async ({ page, mailbox, complaints }) => {
  const person = await startCompany(page, mailbox);
  const chip = await Authenticator.build(page);
  const codes = await addFirst(page, "Birinci");
  // One device has one passkey for an account.
  await add(page, "İkinci", codes[1]!);
  await expect(page.getByText("Bu cihazda hesabınız için zaten bir geçiş anahtarı var.")).toBeVisible();
  expect(await chip.count()).toBe(1);

  const row = await edit(page, "Birinci");
  await row.getByLabel("Anahtarın adı").fill("  ");
  await row.getByRole("button", { name: "Adı kaydet" }).click();
  await expect(row.getByText("Bu alan boş bırakılamaz.")).toBeVisible();
  await row.getByLabel("Anahtarın adı").fill("Dizüstü");
  await row.getByRole("button", { name: "Adı kaydet" }).click();
  await expect(page.locator(".account-note")).toContainText("Anahtarın adı değişti.");
  await expect(page.locator("details.passkey")).toContainText("Dizüstü");

  const renamed = await edit(page, "Dizüstü");
  await expect(renamed).toContainText("Bu, son doğrulama yönteminiz");
  await expectAccessible(page);
  await renamed.getByRole("button", { name: "Anahtarı kaldır" }).click();
  await expect(renamed.getByText("Bu alan boş bırakılamaz.")).toBeVisible();
  await renamed.getByLabel("Doğrulama kodu").fill(codes[0]!);
  await renamed.getByRole("button", { name: "Anahtarı kaldır" }).click();
  await expect(page.locator(".account-note")).toContainText("Geçiş anahtarı kaldırıldı.");
  await expect(page.locator("details.passkey")).toHaveCount(0);
  await mailbox.next(person.email, "İki faktörlü doğrulama kapatıldı");

  // The chip still has it; the server does not know it any more.
  await signOutAlone(page, chip);
  complaints.expect(/status of 40[013]/);
  await chip.setOwnerThere(true);
  await page.getByRole("button", { name: "Geçiş anahtarıyla giriş yap" }).click();
  await expect(page.getByText("Geçiş anahtarı kabul edilmedi.")).toBeVisible();
  await chip.setOwnerThere(false);
  await signIn(page, person);
});

test("who does not pass the device's check is told so in words, and nothing was added", async ({ page, mailbox }) => {
  const person = await startCompany(page, mailbox);
  const chip = await Authenticator.build(page);
  await chip.setOwnerVerified(false);
  await open(page, "/account/security");
  await add(page, "İş bilgisayarım");
  await expect(page.getByText("Geçiş anahtarı eklenmedi: pencere kapatıldı ya da süre doldu.")).toBeVisible();
  await expect(page.locator("details.passkey")).toHaveCount(0);

  await chip.setOwnerVerified(true);
  await page.getByRole("button", { name: "Anahtarı oluştur" }).click();
  await saveCodes(page);
  await page.waitForURL("**/account/security?saved=account/save-codes");
  await alive(page);
  await signOutAlone(page, chip);
  await chip.setOwnerVerified(false);
  await chip.setOwnerThere(true);
  await page.getByRole("button", { name: "Geçiş anahtarıyla giriş yap" }).click();
  await expect(page.getByText("Geçiş anahtarıyla giriş tamamlanmadı.")).toBeVisible();
  await expectAccessible(page);
  await chip.setOwnerThere(false);
  await startWithPassword(page, person);
  await chip.setOwnerThere(true);
  await page.getByRole("button", { name: "Geçiş anahtarıyla onayla" }).click();
  await expect(page.getByText("Geçiş anahtarıyla giriş tamamlanmadı.")).toBeVisible();
});

test("the browser offers the passkey under the address field", async ({ page, mailbox }) => {
  const person = await startCompany(page, mailbox);
  const chip = await Authenticator.build(page);
  await addFirst(page);
  await signOutAlone(page, chip);
  await expect(page.locator("#f-email")).toHaveAttribute("autocomplete", "username webauthn");
  // The simulated chip chooses from the list as soon as its owner is there.
  await chip.setOwnerThere(true);
  await page.goto("/login?next=%2Fsettings%2Fhours");
  await page.waitForURL("**/settings/hours");
  await expect(page.locator(".topbar")).toContainText(person.name);
});

test("a passkey is enough where a second factor is required", async ({ page, mailbox, server, elsewhere, complaints }) => {
  complaints.expect(/status of 403/);
  const owner = await startCompany(page, mailbox);
  await Authenticator.build(page);
  await addFirst(page);
  await open(page, "/settings/security");
  await page.getByRole("switch", { name: "Herkesten iste" }).check();
  await page.locator('button[form="policy"]').click();
  await expect(page.locator(".toast-ok")).toHaveText("Kaydedildi.");
  await open(page, "/account/security");
  await expect(await edit(page, "İş bilgisayarım")).toContainText("zorunlu tuttuğu için kaldırılamaz");

  const there = await elsewhere();
  const member = await hire(there, mailbox, server, owner, { only: true });
  await Authenticator.build(there);
  await signIn(there, member);
  await expect(there.getByRole("heading", { level: 1 })).toHaveText("İki faktörlü doğrulama gerekiyor");
  await addFirst(there);
  await open(there, "/settings/general");
  await expect(there.getByRole("heading", { level: 1 })).toHaveText("Genel");
});

test("a session that ended is taken up again with a passkey, above the page", async ({ page, mailbox, elsewhere, complaints }) => {
  complaints.expect(/status of 401/);
  const person = await startCompany(page, mailbox);
  await Authenticator.build(page);
  const codes = await addFirst(page);
  await open(page, "/settings/general");
  await page.locator("[name='form[name]']").fill("Yazdıklarım durur");
  const other = await elsewhere();
  await open(other, "/login");
  await startWithPassword(other, person);
  await typeBackupCode(other, codes[0]!);
  await other.waitForURL("**/settings/general");
  await open(other, "/account/sessions");
  await other.getByRole("button", { name: "Diğer oturumların hepsini kapat" }).click();
  await expect(other.getByText("Başka açık oturum yok")).toBeVisible();

  await page.locator('button[form="general"]').click();
  const overlay = page.getByRole("dialog", { name: "Yeniden giriş yapın" });
  await overlay.getByRole("button", { name: "Geçiş anahtarı kullan" }).click();
  await expect(overlay).toHaveCount(0);
  await page.locator('button[form="general"]').click();
  await expect(page.locator(".org-name")).toHaveText("Yazdıklarım durur");
});

test("markup in the name of a passkey is text", async ({ page, mailbox }) => {
  const dialogs = countDialogs(page);
  const person = await startCompany(page, mailbox);
  await Authenticator.build(page);
  await addFirst(page, SHORT);
  // No name that could be more than a name is repeated in a mail.
  const mail = await mailbox.next(person.email, "İki faktörlü doğrulama açıldı");
  expect(mail.text).toContain("adı burada gösterilmiyor");
  expect(mail.html).not.toContain("svg");
  const row = await edit(page, SHORT);
  await expectHarmless(page);
  await row.getByRole("button", { name: "Anahtarı kaldır" }).click();
  await expectHarmless(page);
  await open(page, "/settings/audit");
  for (const summary of await page.locator(".trail > li summary").all()) await summary.click();
  await expectHarmless(page);
  expect(dialogs()).toBe(0);
});

test("whoever has lost the codes makes new ones with the passkey", async ({ page, mailbox }) => {
  const person = await startCompany(page, mailbox);
  await Authenticator.build(page);
  const old = await addFirst(page);
  await unfold(page, "Yeni kodlar oluştur");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Kod yerine geçiş anahtarı kullan" }).click();
  const codes = await saveCodes(page);
  expect(codes.filter((code) => old.includes(code))).toEqual([]);
  await expect(page.getByText("10 / 10 kod kaldı")).toBeVisible();
  await mailbox.next(person.email, "Yedek kodlarınız yenilendi");
});
