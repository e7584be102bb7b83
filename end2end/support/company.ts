// A company of one's own, made the way a newcomer makes it.
import { type Page, expect } from "@playwright/test";
import type { Mailbox } from "./mail";
import { hasJavaScript } from "./test";

export type Owner = { name: string; email: string; password: string; company: string };

/** The control posted under `form[<field>]`. */
export function control(page: Page, field: string) {
  return page.locator(`:is(input, select, textarea)[name="form[${field}]"]`);
}

/** Opens a page and waits until it answers to clicks. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await alive(page);
}

/** The page is hydrated, where there are scripts. */
export async function alive(page: Page): Promise<void> {
  if (hasJavaScript()) await page.locator("html[data-live]").waitFor({ state: "attached" });
}

/** Signs up, opens the mailed link, signs in; ends on the first page. */
export async function startCompany(page: Page, mailbox: Mailbox, company = "Yıldız Çağrı Merkezi"): Promise<Owner> {
  const email = `ayse-${Math.random().toString(36).slice(2, 10)}@yildiz.example`;
  const owner = { name: "Ayşe Erdem", email, password: "mavi kaplumbağa 47 deniz", company };
  await open(page, "/signup");
  await control(page, "organisation").fill(company);
  await control(page, "name").fill(owner.name);
  await control(page, "email").fill(email);
  await control(page, "password").fill(owner.password);
  await page.locator("main form button[type=submit]").first().click();
  const link = new URL(await mailbox.link(email));
  await open(page, link.pathname + link.search);
  await page.locator("main form button[type=submit]").first().click();
  await page.waitForURL(/\/login/);
  await signIn(page, owner);
  return owner;
}

export async function signIn(page: Page, owner: Owner): Promise<void> {
  await open(page, "/login");
  await control(page, "email").fill(owner.email);
  await control(page, "password").fill(owner.password);
  await page.locator("main form button[type=submit]").first().click();
  await expect(page).toHaveURL(/\/settings\/general/);
  await alive(page);
}
