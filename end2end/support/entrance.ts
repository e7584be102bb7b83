// Getting in, the way a person does: used by every spec that needs somebody signed in.
import { type Page, expect } from "@playwright/test";
import { type Mailbox } from "./mail";
import { hasJavaScript } from "./test";

export type Person = { organisation: string; name: string; email: string; password: string };

let made = 0;

/** Somebody nobody has seen before. */
export function newPerson(): Person {
  made += 1;
  const number = `${process.pid}-${made}`;
  return {
    organisation: `Yıldız Çağrı ${number}`,
    name: "Ayşe Erdem",
    email: `ayse-${number}@yildiz.example`,
    password: "mavi kaplumbağa 47 deniz",
  };
}

/** Opens a page and waits until it is alive, where it can be. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await alive(page);
}

/** Waits until Wasm has taken over the page that was loaded. */
export async function alive(page: Page): Promise<void> {
  if (hasJavaScript()) await expect(page.locator("html")).toHaveAttribute("data-live", "");
}

/** Presses a language of the switch on the page and waits for the page that loads anew, in the same language too. */
export async function speak(page: Page, language: "Türkçe" | "English"): Promise<void> {
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: language }).click()]);
  await expect(page.locator("html")).toHaveAttribute("lang", language === "Türkçe" ? "tr" : "en");
  await alive(page);
}

/** Signs a company up and proves the address by the mailed link. */
export async function signUp(page: Page, mailbox: Mailbox, person = newPerson()): Promise<Person> {
  await open(page, "/signup");
  await page.locator("#f-organisation").fill(person.organisation);
  await page.locator("#f-name").fill(person.name);
  await page.locator("#f-email").fill(person.email);
  await page.locator("#f-password").fill(person.password);
  await page.locator("main form button[type=submit]").click();
  await page.waitForURL("**/verify?sent=1");
  await open(page, await mailbox.link(person.email));
  await page.locator("main form button[type=submit]").click();
  await page.waitForURL("**/login?verified=1");
  return person;
}

/** Fills in the sign-in page that is open. */
export async function fillLogin(page: Page, email: string, password: string): Promise<void> {
  await page.locator("#f-email").fill(email);
  await page.locator("#f-password").fill(password);
  await page.locator("main form:has(#f-password) button[type=submit]").click();
}

/** Signs in and waits for the first room. */
export async function signIn(page: Page, person: Person): Promise<void> {
  await open(page, "/login");
  await fillLogin(page, person.email, person.password);
  await page.waitForURL("**/settings/general");
  await alive(page);
}

/** Signs out by the account menu. */
export async function signOut(page: Page): Promise<void> {
  await page.locator(".topbar .menu-end summary").click();
  await page.locator("button[name='form[confirmed]']").click();
  await page.waitForURL("**/login");
}
