// The person's own account: second factor, backup codes, password, address. With and without JavaScript.
import {
  Phone,
  oathCode,
  proveApp,
  saveCodes,
  scan,
  setUpApp,
  signInWithCode,
  startSignIn,
  typeBackupCode,
  typeCode,
  unfold,
} from "../support/account";
import { startCompany } from "../support/company";
import { alive, fillLogin, newPerson, open, signIn, signOut, speak } from "../support/entrance";
import { expect, expectAccessible, hasJavaScript, test } from "../support/test";
import { type Words, inBothLanguages, turkish } from "../support/words";

const used = (w: Words) =>
  w(
    "Bu kod geçerli değil ya da daha önce kullanıldı. Yeni bir kod yazın.",
    "This code is not valid or was used before. Type a new one.",
  );
const backupUsed = (w: Words) =>
  w(
    "Bu yedek kod geçerli değil ya da daha önce kullanıldı. Başka bir yedek kod deneyin.",
    "This backup code is not valid or has been used before. Try another one.",
  );
const NEW_PASSWORD = "turuncu bisiklet 83 yokuş";

// Codes change every thirty seconds, and no code counts twice.
test.slow();

inBothLanguages((w) => {
  test("an app is set up with a phone, and from then on its code is asked for", async ({ page, mailbox }) => {
    const person = await startCompany(page, mailbox);
    await open(page, "/account/security");
    const panel = page.getByRole("region", { name: w("İki faktörlü doğrulama", "Two-factor authentication") });
    await expect(panel.locator(".panel-head .pill")).toHaveText(w("Kapalı", "Off"));
    await page.getByRole("link", { name: w("Etkinleştir", "Activate") }).click();
    for (const line of [
      w("Google Authenticator uygulamasını indirin", "Download the free Google Authenticator app"),
      w("yalnızca sizin hesabınızı etkiler, başka kullanıcıları etkilemez", "your own account only, nobody else's"),
    ]) {
      await expect(page.getByText(line)).toBeVisible();
    }
    const seen = await scan(page);
    expect([seen.issuer, seen.label]).toEqual(["Ayar", person.email]);
    expect((await page.locator(".scan-key").innerText()).replaceAll(/\s/g, "")).toBe(seen.key);
    expect(await page.locator(".scan-here").getAttribute("href")).toBe(seen.uri);

    const phone = new Phone(seen.key);
    await proveApp(page, await oathCode(seen.key, Date.now() + 3_600_000));
    await expect(page.locator("#app-f-code-error")).toHaveText(used(w));
    await alive(page);
    await proveApp(page, await phone.code());
    const codes = await saveCodes(page);
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
    await expect(
      page.getByText(w("Hazır: hesabınız iki adımla korunuyor.", "All set: your account is protected by two steps.")),
    ).toBeVisible();
    await expect(panel.locator(".panel-head .pill")).toHaveText(w("Açık", "On"));
    await expect(panel).toContainText(w("10 / 10 kod kaldı", "10 of 10 codes left"));
    const mail = await mailbox.next(person.email, w("İki faktörlü doğrulama açıldı", "Two-factor authentication is on"));
    expect(mail.text).toContain(w("Hesabınızda iki faktörlü doğrulama etkinleştirildi.", "was activated for your account."));
    expect(mail.html).toContain(w('lang="tr"', 'lang="en"'));

    await alive(page);
    await signOut(page);
    await startSignIn(page, person);
    await expect(page.getByRole("heading", { name: w("Doğrulama kodunuz", "Your verification code") })).toBeVisible();
    await expect(page.getByText(person.email)).toBeVisible();
    await typeCode(page, await oathCode(seen.key, Date.now() + 3_600_000));
    await expect(page.locator("#f-code-error")).toHaveText(used(w));
    await expect(page).toHaveURL(/\/login\/code/);
    await alive(page);
    const code = await phone.code();
    await typeCode(page, code);
    await page.waitForURL("**/settings/general");
    await alive(page);
    await signOut(page);
    await startSignIn(page, person);
    await typeCode(page, code);
    await expect(page.locator("#f-code-error")).toHaveText(used(w));
  });

  test("a backup code lets one in once, and new ones replace them all", async ({ page, mailbox }) => {
    const person = await startCompany(page, mailbox);
    const { codes } = await setUpApp(page);
    await signOut(page);
    await startSignIn(page, person);
    await typeBackupCode(page, codes[0]!);
    await page.waitForURL("**/settings/general");
    const mail = await mailbox.next(person.email, w("Bir yedek kodunuz kullanıldı", "One of your backup codes was used"));
    expect(mail.text).toContain(w("9 kodunuz kaldı", "9 unused codes left"));
    await open(page, "/account/security");
    await expect(page.getByText(w("9 / 10 kod kaldı", "9 of 10 codes left"))).toBeVisible();

    await signOut(page);
    await startSignIn(page, person);
    await typeBackupCode(page, codes[0]!);
    await expect(page.locator("#f-code-error")).toHaveText(backupUsed(w));
    await alive(page);
    // As somebody types it from paper.
    await typeBackupCode(page, codes[1]!.toLowerCase().replaceAll("-", " "));
    await page.waitForURL("**/settings/general");

    await open(page, "/account/security");
    const more = await unfold(page, w("Yeni kodlar oluştur", "Make new codes"));
    await more.getByLabel(w("Doğrulama kodu", "Verification code")).fill(codes[2]!);
    await more.getByRole("button", { name: w("Kodları oluştur", "Make the codes") }).click();
    const fresh = await saveCodes(page);
    expect(fresh.filter((code) => codes.includes(code))).toEqual([]);
    await expect(page.getByText(w("10 / 10 kod kaldı", "10 of 10 codes left"))).toBeVisible();
    await mailbox.next(person.email, w("Yedek kodlarınız yenilendi", "Your backup codes were replaced"));

    await alive(page);
    await signOut(page);
    await startSignIn(page, person);
    await typeBackupCode(page, codes[3]!);
    await expect(page.locator("#f-code-error")).toHaveText(backupUsed(w));
    await alive(page);
    await typeBackupCode(page, fresh[0]!);
    await page.waitForURL("**/settings/general");
  });

  test("switched off and on again, the app needs a new entry: the old one is dead", async ({ page, mailbox }) => {
    const person = await startCompany(page, mailbox);
    const old = await setUpApp(page);
    const off = await unfold(page, w("Kapat", "Turn off"));
    const password = off.getByLabel(w("Parola", "Password"), { exact: true });
    const code = off.getByLabel(w("Doğrulama kodu", "Verification code"));
    const confirm = off.getByRole("button", { name: w("Uygulamayı kapat", "Turn the app off") });
    await password.fill("yanlış bir parola");
    await code.fill(old.codes[0]!);
    await confirm.click();
    await expect(page.locator("#off-f-password-error")).toHaveText(w("Parola yanlış.", "The password is wrong."));
    await alive(page);
    await password.fill(person.password);
    await code.fill(await old.phone.code());
    await confirm.click();
    await expect(page.locator(".account-note")).toContainText(
      w("Uygulamadaki Ayar kaydı artık işe yaramaz; silin.", "The Ayar entry in the app is of no use any more; delete it."),
    );
    await mailbox.next(person.email, w("İki faktörlü doğrulama kapatıldı", "Two-factor authentication is off"));
    await alive(page);
    await signOut(page);
    await signIn(page, person);

    const { phone } = await setUpApp(page);
    expect(phone.key).not.toBe(old.phone.key);
    await signOut(page);
    await startSignIn(page, person);
    await typeCode(page, await old.phone.shown());
    await expect(page.locator("#f-code-error")).toHaveText(used(w));
    await alive(page);
    // The backup codes of before are gone as well.
    await typeBackupCode(page, old.codes[1]!);
    await expect(page.locator("#f-code-error")).toHaveText(backupUsed(w));
    await open(page, "/login/code");
    await typeCode(page, await phone.code());
    await page.waitForURL("**/settings/general");
  });
});

test("codes are only done with when they were saved; until then they can be looked at again", async ({ page, mailbox }) => {
  await startCompany(page, mailbox);
  await open(page, "/account/security/app");
  const phone = new Phone((await scan(page)).key);
  await proveApp(page, await phone.code());
  await page.waitForURL("**/account/security/codes*");
  await alive(page);
  const codes = await page.locator(".codes li").allTextContents();
  await page.getByRole("button", { name: "Bitir" }).click();
  await expect(page.getByText("Devam etmeden önce kodları bir yere kaydedip kutuyu işaretleyin.")).toBeVisible();

  await open(page, "/account/security");
  await page.getByRole("link", { name: "Kodları göster" }).click();
  await expect(page.locator(".codes li")).toHaveText(codes);
  const file = await page.request.get("/files/backup-codes");
  expect(file.headers()["content-disposition"]).toContain("attachment");
  for (const code of codes) expect(await file.text()).toContain(code);
  await alive(page);
  await saveCodes(page);
  await expect(page.getByText("Hazır: hesabınız iki adımla korunuyor.")).toBeVisible();
  expect((await page.request.get("/files/backup-codes")).status()).toBe(404);
  await open(page, "/account/security/codes");
  await expect(page.getByText("Burada gösterilecek kod yok")).toBeVisible();
});

test("another phone: the old one works until the new one is proved", async ({ page, mailbox, elsewhere, complaints }) => {
  complaints.expect(/status of 401/);
  const person = await startCompany(page, mailbox);
  const { phone: old, codes } = await setUpApp(page);
  await page.getByRole("link", { name: "Uygulamayı değiştir" }).click();
  await expect(page.getByText("Şimdiki uygulamanız çalışmaya devam ediyor.")).toBeVisible();
  // The password alone is not enough to take the place of what the owner has.
  await page.getByRole("button", { name: "QR kodunu göster" }).click();
  await expect(page.getByText("Bu alan boş bırakılamaz.")).toBeVisible();
  await alive(page);
  const phone = new Phone((await scan(page, codes[0]!)).key);
  expect(phone.key).not.toBe(old.key);

  const other = await elsewhere();
  await signInWithCode(other, person, old);
  await proveApp(page, await phone.code());
  await expect(page.getByText("Kimlik doğrulama uygulaması etkin.")).toBeVisible();
  await mailbox.next(person.email, "Kimlik doğrulama uygulamanız değiştirildi");

  await other.goto("/settings/hours");
  await expect(other).toHaveURL(/\/login\?next=%2Fsettings%2Fhours&ended=credentials_changed$/);
  await expect(other.getByText("Hesabınızın parolası ya da doğrulama yöntemi değişti.")).toBeVisible();
  await startSignIn(other, person);
  await typeCode(other, await old.shown());
  await expect(other.locator("#f-code-error")).toHaveText(used(turkish));
  await alive(other);
  await typeCode(other, await phone.code());
  await other.waitForURL("**/settings/general");
});

test("a phone whose clock is wrong is told by how much", async ({ page, mailbox }) => {
  const person = await startCompany(page, mailbox);
  const { phone } = await setUpApp(page);
  await signOut(page);
  await startSignIn(page, person);
  await typeCode(page, await oathCode(phone.key, Date.now() - 120_000));
  await expect(page.locator("#f-code-error")).toHaveText(
    /^Telefonunuzun saati yaklaşık (120|150) saniye geri\. Otomatik ayara getirip yeni kodu yazın\.$/,
  );
  await alive(page);
  await typeCode(page, await phone.code());
  await page.waitForURL("**/settings/general");
});

test("after five wrong codes the sign-in starts again", async ({ page, mailbox, complaints }) => {
  complaints.expect(/status of 401/);
  const person = await startCompany(page, mailbox);
  const { phone } = await setUpApp(page);
  await signOut(page);
  await startSignIn(page, person);
  for (let tried = 1; tried <= 5; tried++) {
    // The refusal of the one before stands there still: what counts is the answer.
    const answered = page.waitForResponse((answer) => answer.request().method() === "POST");
    await typeCode(page, await oathCode(phone.key, Date.now() + tried * 3_600_000));
    await answered;
    if (tried === 5) break;
    await expect(page.locator("#f-code-error")).toHaveText(used(turkish));
    await expect(page.getByLabel("6 haneli kod")).toBeFocused();
    await alive(page);
    await page.getByLabel("6 haneli kod").fill("");
  }
  await expect(page.getByRole("heading", { name: "Girişe yeniden başlayın" })).toBeVisible();
  await page.getByRole("link", { name: "Giriş sayfasına git" }).click();
  await expect(page.getByRole("heading", { name: "Giriş yapın" })).toBeVisible();
});

test("a new password puts every other browser out", async ({ page, mailbox, elsewhere, complaints }) => {
  complaints.expect(/status of 401/);
  const person = await startCompany(page, mailbox);
  const other = await elsewhere();
  await signIn(other, person);

  await open(page, "/account/security");
  const more = await unfold(page, "Parolayı değiştir");
  const fill = async (current: string) => {
    await more.getByLabel("Şimdiki parola").fill(current);
    await more.getByLabel("Yeni parola", { exact: true }).fill(NEW_PASSWORD);
    await more.getByLabel("Yeni parola (bir kez daha)").fill(NEW_PASSWORD);
    await more.getByRole("button", { name: "Parolayı kaydet" }).click();
  };
  await fill("yanlış bir parola");
  await expect(page.locator("#change-f-current-error")).toHaveText("Parola yanlış.");
  await alive(page);
  await fill(person.password);
  await expect(page.locator(".account-note")).toContainText("Parolanız değişti.");
  await mailbox.next(person.email, "Parolanız değiştirildi");

  await other.goto("/settings/general");
  await expect(other).toHaveURL(/&ended=credentials_changed$/);
  await fillLogin(other, person.email, person.password);
  await expect(other.getByRole("alert")).toHaveText("E-posta ya da parola yanlış.");
  await signIn(other, { ...person, password: NEW_PASSWORD });
  await open(page, "/settings/general");
  await expect(page).toHaveURL(/\/settings\/general$/);
});

test("a new address counts once its link was used, and both addresses are told", async ({ page, mailbox }) => {
  const person = await startCompany(page, mailbox);
  const { email } = newPerson();
  await open(page, "/account/security");
  const more = await unfold(page, "Adresi değiştir");
  await more.getByLabel("Yeni e-posta adresi").fill(person.email);
  await more.getByRole("button", { name: "Bağlantı gönder" }).click();
  await expect(page.locator("#new-f-email-error")).toHaveText("Bu zaten şimdiki adresiniz.");
  await alive(page);
  await more.getByLabel("Yeni e-posta adresi").fill(email);
  await more.getByRole("button", { name: "Bağlantı gönder" }).click();
  await expect(page.locator(".account-note")).toContainText("Gelen kutunuza bakın.");
  await expect(page.getByText(`${email} adresinin doğrulanması bekleniyor.`)).toBeVisible();
  expect((await mailbox.next(person.email, "Giriş adresinizin değişmesi istendi")).text).toContain(email);

  await open(page, await mailbox.link(email, "Yeni e-posta adresinizi doğrulayın"));
  await page.getByRole("button", { name: "Bu adresi kullan" }).click();
  await expect(page.getByText("Yeni adresiniz onaylandı.")).toBeVisible();
  expect((await mailbox.next(person.email, "Giriş adresiniz değişti")).text).toContain(email);
  await mailbox.next(email, "Giriş adresiniz değişti");
  await page.goto("/settings/general");
  await expect(page).toHaveURL(/\/login\?next=/);
  await signIn(page, { ...person, email });
});

test("“this wasn't me” closes the account until its owner chooses a new password", async ({ page, mailbox, elsewhere, complaints }) => {
  complaints.expect(/status of 401/);
  const person = await startCompany(page, mailbox);
  const stranger = await elsewhere();
  await signIn(stranger, person);
  const link = await mailbox.link(person.email, "Hesabınıza yeni bir cihazdan giriş yapıldı");
  expect(link).toContain("/not-me?token=");

  // Somewhere nobody is signed in.
  const phone = await elsewhere();
  await open(phone, link);
  await phone.getByRole("button", { name: "Ben değildim, hesabı kapat" }).click();
  await phone.waitForURL("**/forgot?closed=1");
  await expect(phone.getByRole("heading", { name: "Hesabınız herkese kapatıldı" })).toBeVisible();
  for (const out of [stranger, page]) {
    await out.goto("/settings/general");
    await expect(out).toHaveURL(/\/login\?next=/);
    await alive(out);
    await fillLogin(out, person.email, person.password);
    await expect(out.getByRole("alert")).toHaveText("E-posta ya da parola yanlış.");
  }

  await alive(phone);
  await phone.getByLabel("E-posta").fill(person.email);
  await phone.getByRole("button", { name: "Bağlantı gönder" }).click();
  await open(phone, await mailbox.link(person.email, "Yeni parolanızı belirleyin"));
  await phone.getByLabel("Yeni parola", { exact: true }).fill(NEW_PASSWORD);
  await phone.getByLabel("Yeni parola (bir kez daha)").fill(NEW_PASSWORD);
  await phone.getByRole("button", { name: "Parolayı kaydet" }).click();
  await phone.waitForURL("**/login?reset=1");
  await signIn(phone, { ...person, password: NEW_PASSWORD });
  complaints.expect(/status of 410/);
  await open(phone, link);
  await expect(phone.getByRole("heading", { name: "Bu bağlantı artık geçerli değil" })).toBeVisible();
});

test("the keyboard alone gets one past the code", async ({ page, mailbox }) => {
  const person = await startCompany(page, mailbox);
  const { phone, codes } = await setUpApp(page);
  await signOut(page);
  await startSignIn(page, person);
  const field = page.getByLabel("6 haneli kod");
  await expect(field).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Giriş yap" })).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Yedek kod kullan" })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.waitForURL("**/login/code?with=backup");
  await alive(page);
  await expect(page.getByLabel("Yedek kod", { exact: true })).toBeFocused();
  await page.keyboard.type(codes[0]!);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/settings/general");
  await alive(page);

  await signOut(page);
  await startSignIn(page, person);
  await expect(field).toBeFocused();
  await page.keyboard.type(await phone.code());
  if (!hasJavaScript()) await page.keyboard.press("Enter");
  await page.waitForURL("**/settings/general");
});

test("at an address of figures the page says why there are no passkeys", async ({ page, mailbox }) => {
  await startCompany(page, mailbox);
  await open(page, "/account/security");
  await expect(page.getByText("Geçiş anahtarları yalnızca bir alan adıyla açılan sunucularda çalışır.")).toBeVisible();
  await expect(page.getByText("Geçiş anahtarı ekle")).toHaveCount(0);
});

for (const { language, button, colorScheme } of [
  { language: "tr", button: "Türkçe", colorScheme: "light" },
  { language: "en", button: "English", colorScheme: "dark" },
] as const) {
  test(`every page of the account is accessible: ${language}, ${colorScheme}`, async ({ page, mailbox, complaints }) => {
    complaints.expect(/status of 410/);
    await page.emulateMedia({ colorScheme });
    const person = await startCompany(page, mailbox);
    const pages = async (paths: string[]) => {
      for (const path of paths) {
        await open(page, path);
        await expect(page.locator("html")).toHaveAttribute("lang", language);
        await expect(page.locator("h1")).toHaveCount(1);
        await expectAccessible(page);
      }
    };
    const choose = async () => {
      await page.locator(".topbar .menu-end summary").click();
      await speak(page, button);
    };
    await choose();
    await pages(["/account/security", "/account/sessions", "/account/confirm", "/account/security/app", "/settings/security"]);

    await open(page, "/account/security/app");
    const phone = new Phone((await scan(page)).key);
    await expectAccessible(page);
    await proveApp(page, "12345");
    await expect(page.locator("#app-f-code-error")).toBeVisible();
    await expectAccessible(page);
    await alive(page);
    await proveApp(page, await phone.code());
    await page.waitForURL("**/account/security/codes");
    await pages(["/account/security/codes", "/account/security", "/settings/security"]);

    await open(page, "/account/security");
    for (const fold of await page.locator("details.more > summary").all()) await fold.click();
    await expectAccessible(page);
    await signOut(page);
    await startSignIn(page, person);
    await pages([
      "/login/code",
      "/login/code?with=backup",
      "/login?ended=session_revoked",
      "/login?address=1",
      "/email?token=0123456789abcdef0123456789abcdef",
      "/not-me?token=0123456789abcdef0123456789abcdef",
      "/forgot?closed=1",
    ]);
  });
}
