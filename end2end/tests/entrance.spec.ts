// The way in, for people with and without JavaScript.
import { fillLogin, newPerson, open, signIn, signOut, signUp, speak } from "../support/entrance";
import { expect, expectAccessible, hasJavaScript, test } from "../support/test";

const NEW_PASSWORD = "turuncu bisiklet 83 yokuş";

test("sign up, confirm, sign in, sign out, forget the password, choose a new one, sign in", async ({ page, mailbox, complaints }) => {
  // The sign-in before the address is proved; without JavaScript it is the page itself.
  complaints.expect(/status of 403/);
  complaints.expect(/status of 410/);
  const person = newPerson();
  await open(page, "/login");
  await page.getByRole("link", { name: "Kaydolun" }).click();
  await expect(page).toHaveURL(/\/signup$/);
  await page.getByLabel("Şirket adı").fill(person.organisation);
  await page.getByLabel("Adınız ve soyadınız").fill(person.name);
  await page.getByLabel("İş e-postanız").fill(person.email);
  await page.getByLabel("Parola", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Kaydol" }).click();
  await expect(page.getByRole("heading", { name: "Gelen kutunuza bakın" })).toBeVisible();
  await expect(page.getByText(person.email)).toHaveCount(0);

  // Nothing opens before the address is proved.
  await open(page, "/login");
  await fillLogin(page, person.email, person.password);
  await expect(page.getByText("E-posta adresiniz henüz doğrulanmadı.")).toBeVisible();
  const first = await mailbox.link(person.email);
  await page.getByRole("button", { name: "Bağlantıyı yeniden gönder" }).click();
  await expect(page).toHaveURL(/\/verify\?resent=1$/);
  await expect(page.getByText("yeni bir bağlantı yola çıktı").first()).toBeVisible();
  const second = await mailbox.link(person.email);

  await open(page, first);
  await expect(page.getByRole("heading", { name: "Bu bağlantı artık geçerli değil" })).toBeVisible();
  await open(page, second);
  await page.getByRole("button", { name: "Adresimi doğrula" }).click();
  await expect(page.getByText("Adresiniz doğrulandı.")).toBeVisible();
  await open(page, second);
  await expect(page.getByRole("heading", { name: "Bu bağlantı artık geçerli değil" })).toBeVisible();

  await signIn(page, person);
  await expect(page.locator(".topbar")).toContainText(person.organisation);
  await signOut(page);
  await page.goto("/settings/general");
  await expect(page).toHaveURL(/\/login\?next=/);

  await page.getByRole("link", { name: "Parolamı unuttum" }).click();
  // Sign-in has a field of the same name.
  await expect(page.getByRole("heading", { name: "Parolanızı mı unuttunuz?" })).toBeVisible();
  await page.getByLabel("E-posta").fill(person.email);
  await page.getByRole("button", { name: "Bağlantı gönder" }).click();
  await expect(page.getByText("Bu adresle bir hesap varsa")).toBeVisible();
  const reset = await mailbox.link(person.email);
  await open(page, reset);
  await page.getByLabel("Yeni parola", { exact: true }).fill(NEW_PASSWORD);
  await page.getByLabel("Yeni parola (bir kez daha)").fill(NEW_PASSWORD);
  await page.getByRole("button", { name: "Parolayı kaydet" }).click();
  await expect(page.getByText("Yeni parolanız kaydedildi.")).toBeVisible();
  expect((await mailbox.next(person.email)).subject).toBe("Parolanız değiştirildi");
  await open(page, reset);
  await expect(page.getByText("Parolanız değişmedi")).toBeVisible();

  await open(page, "/login");
  await fillLogin(page, person.email, NEW_PASSWORD);
  await page.waitForURL("**/settings/general");
});

test("a wrong password keeps the address and says no more than that", async ({ page, mailbox, complaints }) => {
  complaints.expect(/status of 401/);
  const person = await signUp(page, mailbox);
  for (const email of [person.email, "kimse@yildiz.example"]) {
    await open(page, "/login");
    await fillLogin(page, email, "yanlış bir parola");
    await expect(page.getByRole("alert")).toHaveText("E-posta ya da parola yanlış.");
    await expect(page.locator("#f-email")).toHaveValue(email);
    if (!hasJavaScript()) await expect(page.locator("#f-password")).toHaveValue("");
  }
});

test("what was typed stays, every field says what is wrong, and the focus is on the first", async ({ page }) => {
  await open(page, "/signup");
  await page.locator("#f-name").fill("Ayşe Erdem");
  await page.locator("#f-email").fill("ayse");
  await page.locator("#f-password").fill("12345678");
  await page.getByRole("button", { name: "Kaydol" }).click();
  await expect(page.locator("#f-organisation-error")).toHaveText("Bu alan boş bırakılamaz.");
  await expect(page.locator("#f-email-error")).toContainText("e-posta adresi gibi görünmüyor");
  await expect(page.locator("#f-password-error")).toContainText("kolay tahmin edilir");
  await expect(page.locator("#f-organisation")).toBeFocused();
  await expect(page.locator("#f-name")).toHaveValue("Ayşe Erdem");
  await expect(page.locator("#f-email")).toHaveValue("ayse");
  await expectAccessible(page);
});

test("one gets to the page one wanted, and never to another site", async ({ page, mailbox }) => {
  const person = await signUp(page, mailbox);
  await page.goto("/settings/hours");
  await expect(page).toHaveURL(/\/login\?next=%2Fsettings%2Fhours$/);
  await fillLogin(page, person.email, person.password);
  await page.waitForURL("**/settings/hours");
  await signOut(page);

  await open(page, "/login?next=https%3A%2F%2Fevil.example%2F");
  await fillLogin(page, person.email, person.password);
  await page.waitForURL("**/settings/general");
  // Who is signed in is shown the way on.
  await open(page, "/login?next=%2Fsettings%2Fhours");
  await page.getByRole("link", { name: `${person.name} olarak devam et` }).click();
  await page.waitForURL("**/settings/hours");
});

test("the keyboard alone gets one in", async ({ page, mailbox }) => {
  const person = await signUp(page, mailbox);
  await open(page, "/login");
  await expect(page.locator("#f-email")).toBeFocused();
  await page.keyboard.type(person.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(person.password);
  if (hasJavaScript()) {
    await page.keyboard.press("Tab");
    await expect(page.getByRole("button", { name: "Parolayı göster" })).toBeFocused();
  }
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Parolamı unuttum" })).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Giriş yap" })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.waitForURL("**/settings/general");
});

for (const { language, button, colorScheme } of [
  { language: "tr", button: "Türkçe", colorScheme: "light" },
  { language: "en", button: "English", colorScheme: "dark" },
] as const) {
  test(`every page is accessible: ${language}, ${colorScheme}`, async ({ page }) => {
    test.slow();
    await page.emulateMedia({ colorScheme });
    await open(page, "/login");
    await speak(page, button);
    for (const path of [
      "/login?verified=1",
      "/signup",
      "/verify?sent=1",
      "/verify?token=0123456789abcdef0123456789abcdef",
      "/forgot",
      "/forgot?sent=1",
      "/reset",
      "/reset?token=0123456789abcdef0123456789abcdef",
    ]) {
      await open(page, path);
      await expect(page.locator("h1")).toHaveCount(1);
      await expectAccessible(page);
    }
  });
}

test("in English everything is English, the mail too", async ({ page, mailbox }) => {
  const person = newPerson();
  await open(page, "/signup");
  await speak(page, "English");
  await open(page, "/signup");
  await page.getByLabel("Company name").fill(person.organisation);
  await page.getByLabel("Your full name").fill(person.name);
  await page.getByLabel("Your work e-mail").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill("short");
  await page.getByRole("button", { name: "Sign up" }).click();
  await expect(page.locator("#f-password-error")).toContainText("8 characters");
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Sign up" }).click();
  await expect(page.getByRole("heading", { name: "Check your inbox" })).toBeVisible();
  expect((await mailbox.next(person.email)).subject).toMatch(/confirm|verify/i);
});
