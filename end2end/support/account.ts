// A person's second factor as they have it in their hands: a phone that reads QR codes and shows codes, and backup
// codes on paper. Phone and camera are programs that are not ours (oathtool, zbarimg): the same mistake on both sides
// would otherwise look right.
import { type Locator, type Page, expect, test } from "@playwright/test";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type Person, alive, fillLogin, open } from "./entrance";
import { hasJavaScript } from "./test";

const run = promisify(execFile);
const STEP = 30;
/** Seconds within which what was typed reaches the server. */
const ON_ITS_WAY = 6;

/** The code of `key` at an instant (RFC 6238). */
export async function oathCode(key: string, at = Date.now()): Promise<string> {
  const { stdout } = await run("oathtool", ["--totp", "--base32", "--now", `@${Math.floor(at / 1000)}`, key]);
  return stdout.trim();
}

/** An authenticator app. The server takes each step once, forwards, and only this one and the one before it. */
export class Phone {
  #used = 0;

  constructor(readonly key: string) {}

  /** The code the phone shows now. */
  async shown(): Promise<string> {
    return this.#of(Math.floor(Date.now() / 1000 / STEP));
  }

  /** A code that was not asked for before; waits for one if it has to. */
  async code(): Promise<string> {
    for (;;) {
      const now = Date.now() / 1000;
      const [step, left] = [Math.floor(now / STEP), STEP - (now % STEP)];
      const previous = left > ON_ITS_WAY && this.#used < step - 1;
      if (previous || this.#used < step) return this.#of(previous ? step - 1 : step);
      await new Promise((later) => setTimeout(later, left * 1000 + 50));
    }
  }

  #of(step: number): Promise<string> {
    this.#used = Math.max(this.#used, step);
    return oathCode(this.key, step * STEP * 1000);
  }
}

export type Scanned = { issuer: string; label: string; key: string; uri: string };

/** What a camera sees in the QR code of the page. */
export async function readQr(page: Page): Promise<Scanned> {
  const picture = test.info().outputPath("qr.png");
  await page.locator(".scan-picture").screenshot({ path: picture });
  const { stdout } = await run("zbarimg", ["--raw", "-q", picture]);
  const uri = new URL(stdout.trim());
  expect(`${uri.protocol}//${uri.host}`).toBe("otpauth://totp");
  const [issuer = "", label = ""] = decodeURIComponent(uri.pathname.slice(1)).split(":");
  expect(uri.searchParams.get("issuer")).toBe(issuer);
  return { issuer, label, key: uri.searchParams.get("secret") ?? "", uri: stdout.trim() };
}

/** From the wizard's first page to the QR code; gives what the camera saw. Replacing an app costs a `code`. */
export async function scan(page: Page, code?: string): Promise<Scanned> {
  if (code !== undefined) await page.locator(".wizard [name='form[code]']").fill(code);
  await page.locator(".wizard form button[type=submit]").click();
  await expect(page.locator(".scan-picture")).toBeVisible();
  await alive(page);
  return readQr(page);
}

/** Types the phone's code into the wizard. */
export async function proveApp(page: Page, code: string): Promise<void> {
  await page.locator("#app-f-code").fill(code);
  await page.locator("form:has(#app-f-code) button[type=submit]").click();
}

/** The codes on the page, copied and ticked off. */
export async function saveCodes(page: Page): Promise<string[]> {
  await page.waitForURL("**/account/security/codes*");
  await alive(page);
  await expect(page.locator(".codes li")).toHaveCount(10);
  const codes = await page.locator(".codes li").allTextContents();
  await page.locator("#f-saved").check();
  await page.locator("form:has(#f-saved) button[type=submit]").click();
  return codes;
}

export type App = { phone: Phone; codes: string[] };

/** The whole wizard, from the page that is open. */
export async function walkWizard(page: Page): Promise<App> {
  const phone = new Phone((await scan(page)).key);
  await proveApp(page, await phone.code());
  return { phone, codes: await saveCodes(page) };
}

/** Sets up an app the way a person does; ends on their security page. */
export async function setUpApp(page: Page): Promise<App> {
  await open(page, "/account/security");
  await page.locator("main a[href='/account/security/app']").click();
  const app = await walkWizard(page);
  await page.waitForURL("**/account/security?saved=account/save-codes");
  await alive(page);
  return app;
}

/** Gives address and password; ends where the code is asked for. */
export async function startSignIn(page: Page, person: Person, path = "/login"): Promise<void> {
  await open(page, path);
  await fillLogin(page, person.email, person.password);
  await page.waitForURL("**/login/code");
  await alive(page);
}

/** Types a code of the app at sign-in; with JavaScript it goes by itself. */
export async function typeCode(page: Page, code: string): Promise<void> {
  await page.locator("#f-code").fill(code);
  if (!hasJavaScript()) await page.locator("form:has(#f-code) button[type=submit]").click();
}

/** Goes over to the backup codes and types one. */
export async function typeBackupCode(page: Page, code: string): Promise<void> {
  const way = page.locator("a[href='/login/code?with=backup']");
  if (await way.isVisible()) {
    await way.click();
    await page.waitForURL("**/login/code?with=backup");
    await alive(page);
  }
  await page.locator("#f-code.input-backup").fill(code);
  await page.locator("form:has(#f-code) button[type=submit]").click();
}

/** Signs in with the password and a code of the app. */
export async function signInWithCode(page: Page, person: Person, phone: Phone): Promise<void> {
  await startSignIn(page, person);
  await typeCode(page, await phone.code());
  await page.waitForURL("**/settings/general");
  await alive(page);
}

/** Opens what stands behind a button of the security page. */
export async function unfold(page: Page, button: string): Promise<Locator> {
  const fold = page.locator("details.more", { has: page.locator("summary", { hasText: button }) });
  await fold.locator("summary").click();
  return fold;
}
