// Passkeys, with the security chip that Chromium simulates. They need a name in the address: a server at localhost.
import type { Page } from "@playwright/test";
import { saveCodes, typeBackupCode, unfold } from "../support/account";
import { hire, startCompany } from "../support/company";
import { SHORT, countDialogs, expectHarmless } from "../support/markup";
import { type Person, alive, fillLogin, open, signIn, signOut } from "../support/entrance";
import { Authenticator } from "../support/passkeys";
import { Server } from "../support/server";
import { test as base, expect, expectAccessible } from "../support/test";
import { type Words, inBothLanguages, turkish } from "../support/words";

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
async function add(page: Page, w: Words, name: string, code?: string): Promise<void> {
  const form = await unfold(page, w("Geçiş anahtarı ekle", "Add passkey"));
  await form.getByLabel(w("Anahtarın adı", "Name of the passkey")).fill(name);
  if (code !== undefined) await form.getByLabel(w("Doğrulama kodu", "Verification code")).fill(code);
  await form.getByRole("button", { name: w("Anahtarı oluştur", "Create passkey") }).click();
}

/** The first second factor: backup codes come with it. Ends on the security page. */
async function addFirst(page: Page, w = turkish, name = "İş bilgisayarım"): Promise<string[]> {
  await open(page, "/account/security");
  await add(page, w, name);
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

inBothLanguages((w) => {
  const signInWithPasskey = (page: Page) =>
    page.getByRole("button", { name: w("Geçiş anahtarıyla giriş yap", "Sign in with a passkey") }).click();

  test("a passkey is a second factor, and signs one in by itself", async ({ page, mailbox }) => {
    const person = await startCompany(page, mailbox);
    const chip = await Authenticator.build(page);
    await addFirst(page, w);
    expect(await chip.count()).toBe(1);
    await expect(page.locator("details.passkey")).toContainText("İş bilgisayarım");
    await expect(page.getByText(w("10 / 10 kod kaldı", "10 of 10 codes left"))).toBeVisible();
    const mail = await mailbox.next(person.email, w("İki faktörlü doğrulama açıldı", "Two-factor authentication is on"));
    expect(mail.text).toContain(w("eklendi: İş bilgisayarım.", "added to your account: İş bilgisayarım."));
    await expectAccessible(page);

    await signOutAlone(page, chip);
    await expectAccessible(page);
    await chip.setOwnerThere(true);
    await signInWithPasskey(page);
    await page.waitForURL("**/settings/general");
    await expect(page.locator(".topbar")).toContainText(person.name);
    await open(page, "/account/security");
    await expect(page.locator("details.passkey")).toContainText(w("son kullanım", "last used"));
  });

  test("passkeys are named and removed, the last one for a backup code only", async ({ page, mailbox, complaints }) => {
    const person = await startCompany(page, mailbox);
    const chip = await Authenticator.build(page);
    const codes = await addFirst(page, w, "Birinci");
    // One device has one passkey for an account.
    await add(page, w, "İkinci", codes[1]!);
    await expect(
      page.getByText(w("Bu cihazda hesabınız için zaten bir geçiş anahtarı var.", "This device already has a passkey for your account.")),
    ).toBeVisible();
    expect(await chip.count()).toBe(1);

    const empty = w("Bu alan boş bırakılamaz.", "This field can't be empty.");
    const row = await edit(page, "Birinci");
    const [name, save] = [
      row.getByLabel(w("Anahtarın adı", "Name of the passkey")),
      row.getByRole("button", { name: w("Adı kaydet", "Save name") }),
    ];
    await name.fill("  ");
    await save.click();
    await expect(row.getByText(empty)).toBeVisible();
    await name.fill("Dizüstü");
    await save.click();
    await expect(page.locator(".account-note")).toContainText(w("Anahtarın adı değişti.", "The passkey was renamed."));
    await expect(page.locator("details.passkey")).toContainText("Dizüstü");

    const renamed = await edit(page, "Dizüstü");
    await expect(renamed).toContainText(w("Bu, son doğrulama yönteminiz", "This is your last second factor"));
    await expectAccessible(page);
    const remove = renamed.getByRole("button", { name: w("Anahtarı kaldır", "Remove passkey") });
    await remove.click();
    await expect(renamed.getByText(empty)).toBeVisible();
    await renamed.getByLabel(w("Doğrulama kodu", "Verification code")).fill(codes[0]!);
    await remove.click();
    await expect(page.locator(".account-note")).toContainText(w("Geçiş anahtarı kaldırıldı.", "The passkey was removed."));
    await expect(page.locator("details.passkey")).toHaveCount(0);
    await mailbox.next(person.email, w("İki faktörlü doğrulama kapatıldı", "Two-factor authentication is off"));

    // The chip still has it; the server does not know it any more.
    await signOutAlone(page, chip);
    complaints.expect(/status of 40[013]/);
    await chip.setOwnerThere(true);
    await signInWithPasskey(page);
    await expect(page.getByText(w("Geçiş anahtarı kabul edilmedi.", "The passkey was not accepted."))).toBeVisible();
    await chip.setOwnerThere(false);
    await signIn(page, person);
  });

  test("who does not pass the device's check is told so in words, and nothing was added", async ({ page, mailbox }) => {
    const person = await startCompany(page, mailbox);
    const chip = await Authenticator.build(page);
    await chip.setOwnerVerified(false);
    await open(page, "/account/security");
    await add(page, w, "İş bilgisayarım");
    const notAdded = w(
      "Geçiş anahtarı eklenmedi: pencere kapatıldı ya da süre doldu.",
      "No passkey was added: the window was closed or time ran out.",
    );
    await expect(page.getByText(notAdded)).toBeVisible();
    await expect(page.locator("details.passkey")).toHaveCount(0);

    await chip.setOwnerVerified(true);
    await page.getByRole("button", { name: w("Anahtarı oluştur", "Create passkey") }).click();
    await saveCodes(page);
    await page.waitForURL("**/account/security?saved=account/save-codes");
    await alive(page);
    await signOutAlone(page, chip);
    await chip.setOwnerVerified(false);
    await chip.setOwnerThere(true);
    await signInWithPasskey(page);
    const notFinished = w("Geçiş anahtarıyla giriş tamamlanmadı.", "Signing in with the passkey was not finished.");
    await expect(page.getByText(notFinished)).toBeVisible();
    await expectAccessible(page);
    await chip.setOwnerThere(false);
    await startWithPassword(page, person);
    await expect(page.getByRole("heading", { name: w("Siz olduğunuzu doğrulayın", "Confirm that it's you") })).toBeVisible();
    await chip.setOwnerThere(true);
    await page.getByRole("button", { name: w("Geçiş anahtarıyla onayla", "Confirm with a passkey") }).click();
    await expect(page.getByText(notFinished)).toBeVisible();
  });
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

test("the browser offers the passkey under the address field", async ({ page, mailbox }) => {
  const person = await startCompany(page, mailbox);
  const chip = await Authenticator.build(page);
  await addFirst(page);
  await signOutAlone(page, chip);
  await expect(page.locator("#f-email")).toHaveAttribute("autocomplete", "username webauthn");
  // The simulated chip chooses from the list as soon as its owner is there: perhaps before the page has loaded,
  // and on the page that is open already, which would sign in as well.
  await page.goto("about:blank");
  await chip.setOwnerThere(true);
  await page.goto("/login?next=%2Fsettings%2Fhours", { waitUntil: "commit" });
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
  await addFirst(page, turkish, SHORT);
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
