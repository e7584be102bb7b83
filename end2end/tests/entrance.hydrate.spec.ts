// What the entrance does better with JavaScript.
import { alive, fillLogin, newPerson, open, signIn, signUp } from "../support/entrance";
import { expect, expectAccessible, test } from "../support/test";

test("the strength of a password is shown while it is typed, and names beside it count", async ({ page }) => {
  await open(page, "/signup");
  const meter = page.getByRole("meter", { name: "Parola gücü" });
  await expect(meter).toBeHidden();
  await page.locator("#f-password").fill("abc");
  await expect(page.locator(".meter-text")).toHaveText("Henüz çok kısa");
  await expect(meter).toHaveAttribute("aria-valuenow", "0");
  await page.locator("#f-password").fill("şifre12345");
  await expect(page.locator(".meter-text")).toContainText("ayıf");
  await page.locator("#f-password").fill("mavi kaplumbağa 47 deniz");
  await expect(page.locator(".meter-text")).toHaveText("Çok güçlü");
  await expect(meter).toHaveAttribute("aria-valuenow", "4");

  await page.locator("#f-organisation").fill("Zekeriyaköyü Lojistik");
  await page.locator("#f-password").fill("zekeriyaköyü lojistik");
  await expect(page.locator(".meter-text")).toContainText("ayıf");
  await expectAccessible(page);
});

test("the eye shows the password and hides it again", async ({ page }) => {
  await open(page, "/login");
  const password = page.locator("#f-password");
  await password.fill("mavi kaplumbağa");
  await page.getByRole("button", { name: "Parolayı göster" }).click();
  await expect(password).toHaveAttribute("type", "text");
  await page.getByRole("button", { name: "Parolayı gizle" }).click();
  await expect(password).toHaveAttribute("type", "password");
  await expect(password).toHaveValue("mavi kaplumbağa");
});

test("pages of the entrance follow each other without loading, and say so to a screen reader", async ({ page, mailbox }) => {
  await signUp(page, mailbox);
  await open(page, "/login");
  await page.evaluate(() => Object.assign(globalThis, { stayed: true }));
  for (const [link, heading] of [
    ["Parolamı unuttum", "Parolanızı mı unuttunuz?"],
    ["Giriş sayfasına dön", "Giriş yapın"],
    ["Kaydolun", "Şirketinizi kaydedin"],
    ["Giriş yapın", "Giriş yapın"],
  ] as const) {
    await page.getByRole("link", { name: link }).click();
    const title = page.getByRole("heading", { level: 1, name: heading });
    await expect(title).toBeFocused();
    await expect(page).toHaveTitle(`${heading} · Ayar`);
  }
  expect(await page.evaluate(() => "stayed" in globalThis)).toBe(true);
});

test("an impatient second click sends nothing twice", async ({ page, mailbox }) => {
  const person = newPerson();
  await open(page, "/signup");
  let sent = 0;
  await page.route("**/api/entrance/sign-up", async (route) => {
    sent += 1;
    await new Promise((later) => setTimeout(later, 300));
    await route.continue();
  });
  await page.locator("#f-organisation").fill(person.organisation);
  await page.locator("#f-name").fill(person.name);
  await page.locator("#f-email").fill(person.email);
  await page.locator("#f-password").fill(person.password);
  const button = page.getByRole("button", { name: "Kaydol" });
  await button.click();
  await expect(button).toHaveAttribute("aria-busy", "true");
  await button.click();
  await page.waitForURL("**/verify?sent=1");
  await mailbox.link(person.email);
  expect(sent).toBe(1);
});

test("a connection that breaks loses nothing", async ({ page, complaints }) => {
  complaints.expect(/ERR_INTERNET_DISCONNECTED/);
  await open(page, "/login");
  await page.context().setOffline(true);
  await fillLogin(page, "ayse@yildiz.example", "mavi kaplumbağa 47 deniz");
  await expect(page.getByRole("alert")).toContainText("Sunucuya ulaşılamadı");
  await expect(page.locator("#f-email")).toHaveValue("ayse@yildiz.example");
  await expect(page.locator("#f-password")).toHaveValue("mavi kaplumbağa 47 deniz");
  await page.context().setOffline(false);
});

test("a refused sign-in offers the mail again to the address that was typed", async ({ page, mailbox, complaints }) => {
  complaints.expect(/status of 403/);
  const person = newPerson();
  await open(page, "/signup");
  await page.locator("#f-organisation").fill(person.organisation);
  await page.locator("#f-name").fill(person.name);
  await page.locator("#f-email").fill(person.email);
  await page.locator("#f-password").fill(person.password);
  await page.getByRole("button", { name: "Kaydol" }).click();
  await mailbox.link(person.email);
  await open(page, "/login");
  await fillLogin(page, person.email, person.password);
  await page.getByRole("button", { name: "Bağlantıyı yeniden gönder" }).click();
  await expect(page).toHaveURL(/\/verify\?resent=1$/);
  await open(page, await mailbox.link(person.email));
  await page.getByRole("button", { name: "Adresimi doğrula" }).click();
  await expect(page.getByText("Adresiniz doğrulandı.")).toBeVisible();
});

test.describe("in another country", () => {
  test.use({ timezoneId: "Europe/Berlin" });

  test("the company starts in the zone of the browser that signed it up", async ({ page, mailbox }) => {
    const person = await signUp(page, mailbox);
    await signIn(page, person);
    await alive(page);
    await expect(page.locator("[name='form[time_zone]']")).toHaveValue("Europe/Berlin");
  });
});
