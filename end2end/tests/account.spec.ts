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

const USED = "Bu kod geçerli değil ya da daha önce kullanıldı. Yeni bir kod yazın.";
const BACKUP_USED = "Bu yedek kod geçerli değil ya da daha önce kullanıldı. Başka bir yedek kod deneyin.";
const NEW_PASSWORD = "turuncu bisiklet 83 yokuş";

// Codes change every thirty seconds, and no code counts twice.
test.slow();

test("an app is set up with a phone, and from then on its code is asked for", async ({ page, mailbox }) => {
  const person = await startCompany(page, mailbox);
  await open(page, "/account/security");
  const panel = page.getByRole("region", { name: "İki faktörlü doğrulama" });
  await expect(panel.locator(".panel-head .pill")).toHaveText("Kapalı");
  await page.getByRole("link", { name: "Etkinleştir" }).click();
  await expect(page.getByText("Google Authenticator uygulamasını indirin")).toBeVisible();
  await expect(page.getByText("yalnızca sizin hesabınızı etkiler, başka kullanıcıları etkilemez")).toBeVisible();
  const seen = await scan(page);
  expect([seen.issuer, seen.label]).toEqual(["Ayar", person.email]);
  expect((await page.locator(".scan-key").innerText()).replaceAll(/\s/g, "")).toBe(seen.key);
  expect(await page.locator(".scan-here").getAttribute("href")).toBe(seen.uri);

  const phone = new Phone(seen.key);
  const first = await phone.shown();
  await proveApp(page, await oathCode(seen.key, Date.now() + 3_600_000));
  await expect(page.locator("#app-f-code-error")).toHaveText(USED);
  await alive(page);
  await proveApp(page, first);
  const codes = await saveCodes(page);
  expect(new Set(codes).size).toBe(10);
  for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
  await expect(page.getByText("Hazır: hesabınız iki adımla korunuyor.")).toBeVisible();
  await expect(panel.locator(".panel-head .pill")).toHaveText("Açık");
  await expect(panel).toContainText("10 / 10 kod kaldı");
  await mailbox.next(person.email, "İki faktörlü doğrulama açıldı");

  await alive(page);
  await signOut(page);
  await startSignIn(page, person);
  await expect(page.getByText(person.email)).toBeVisible();
  await typeCode(page, first);
  await expect(page.locator("#f-code-error")).toHaveText(USED);
  await alive(page);
  await typeCode(page, await oathCode(seen.key, Date.now() + 3_600_000));
  await expect(page.locator("#f-code-error")).toHaveText(USED);
  await expect(page).toHaveURL(/\/login\/code/);
  await alive(page);
  await typeCode(page, await phone.code());
  await page.waitForURL("**/settings/general");
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

test("a backup code lets one in once, and new ones replace them all", async ({ page, mailbox }) => {
  const person = await startCompany(page, mailbox);
  const { codes } = await setUpApp(page);
  await signOut(page);
  await startSignIn(page, person);
  await typeBackupCode(page, codes[0]!);
  await page.waitForURL("**/settings/general");
  expect((await mailbox.next(person.email, "Bir yedek kodunuz kullanıldı")).text).toContain("9 kodunuz");
  await open(page, "/account/security");
  await expect(page.getByText("9 / 10 kod kaldı")).toBeVisible();

  await signOut(page);
  await startSignIn(page, person);
  await typeBackupCode(page, codes[0]!);
  await expect(page.locator("#f-code-error")).toHaveText(BACKUP_USED);
  await alive(page);
  // As somebody types it from paper.
  await typeBackupCode(page, codes[1]!.toLowerCase().replaceAll("-", " "));
  await page.waitForURL("**/settings/general");

  await open(page, "/account/security");
  const more = await unfold(page, "Yeni kodlar oluştur");
  await more.getByLabel("Doğrulama kodu").fill(codes[2]!);
  await more.getByRole("button", { name: "Kodları oluştur" }).click();
  const fresh = await saveCodes(page);
  expect(fresh.filter((code) => codes.includes(code))).toEqual([]);
  await expect(page.getByText("10 / 10 kod kaldı")).toBeVisible();
  await mailbox.next(person.email, "Yedek kodlarınız yenilendi");

  await alive(page);
  await signOut(page);
  await startSignIn(page, person);
  await typeBackupCode(page, codes[3]!);
  await expect(page.locator("#f-code-error")).toHaveText(BACKUP_USED);
  await alive(page);
  await typeBackupCode(page, fresh[0]!);
  await page.waitForURL("**/settings/general");
});

test("switched off and on again, the app needs a new entry: the old one is dead", async ({ page, mailbox }) => {
  const person = await startCompany(page, mailbox);
  const old = await setUpApp(page);
  const off = await unfold(page, "Kapat");
  await off.getByLabel("Parola", { exact: true }).fill("yanlış bir parola");
  await off.getByLabel("Doğrulama kodu").fill(old.codes[0]!);
  await off.getByRole("button", { name: "Uygulamayı kapat" }).click();
  await expect(page.locator("#off-f-password-error")).toHaveText("Parola yanlış.");
  await alive(page);
  await off.getByLabel("Parola", { exact: true }).fill(person.password);
  await off.getByLabel("Doğrulama kodu").fill(await old.phone.code());
  await off.getByRole("button", { name: "Uygulamayı kapat" }).click();
  await expect(page.locator(".account-note")).toContainText("Uygulamadaki Ayar kaydı artık işe yaramaz; silin.");
  await mailbox.next(person.email, "İki faktörlü doğrulama kapatıldı");
  await alive(page);
  await signOut(page);
  await signIn(page, person);

  const { phone } = await setUpApp(page);
  expect(phone.key).not.toBe(old.phone.key);
  await signOut(page);
  await startSignIn(page, person);
  await typeCode(page, await old.phone.shown());
  await expect(page.locator("#f-code-error")).toHaveText(USED);
  await alive(page);
  // The backup codes of before are gone as well.
  await typeBackupCode(page, old.codes[1]!);
  await expect(page.locator("#f-code-error")).toHaveText(BACKUP_USED);
  await open(page, "/login/code");
  await typeCode(page, await phone.code());
  await page.waitForURL("**/settings/general");
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
  await expect(other.locator("#f-code-error")).toHaveText(USED);
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
    await expect(page.locator("#f-code-error")).toHaveText(USED);
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
