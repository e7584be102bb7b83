// The variants of `make screenshots` and where a picture goes: docs/screenshots/<page>-<variant>.png.
import { type Page, type TestInfo, test as base, expect } from "@playwright/test";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { demoServer } from "./demo";
import { Mailbox } from "./mail";
import { Server } from "./server";

export type Variant = { language: "tr" | "en"; scheme: "light" | "dark"; width: 1280 | 390 };

// Each language, each scheme and each width twice, not every combination: pictures are large.
export const variants: Variant[] = [
  { language: "en", scheme: "light", width: 1280 },
  { language: "tr", scheme: "dark", width: 1280 },
  { language: "tr", scheme: "light", width: 390 },
  { language: "en", scheme: "dark", width: 390 },
];

/** A server of its own with nobody in it, and its mailbox. */
export const test = base.extend<object, { server: Server; mailbox: Mailbox }>({
  server: [
    async ({}, use) => {
      const server = await Server.start();
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
  mailbox: [async ({ server }, use) => use(new Mailbox(server.mailFolder)), { scope: "worker" }],
  baseURL: async ({ server }, use) => use(server.origin),
});

/** The company of `ayar demo`, its owner signed in and reading the language of the variant. */
export const demoTest = demoServer.extend<{ owner: void }>({
  owner: [
    async ({ page, demo }, use, info) => {
      await visit(page, "/login");
      await page.locator("[name='form[email]']").fill(demo.email);
      await page.locator("[name='form[password]']").fill(demo.password);
      await page.locator(".entrance-card button[type=submit]").click();
      await expect(page).toHaveURL(/\/settings\/general$/);
      const headers = { "sec-fetch-site": "same-origin" };
      const form = { "form[language]": variantOf(info).language };
      await page.request.post("/settings/general?do=shell/choose-language", { form, headers });
      await use();
    },
    { auto: true },
  ],
});

/** Opens a page, and waits until it has come to life. */
export async function visit(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await expect(page.locator("html")).toHaveAttribute("data-live", "");
}

/** The language of the variant, for somebody whose own choice is none yet. */
export async function speak(page: Page, language: string): Promise<void> {
  if ((await page.locator("html").getAttribute("lang")) === language) return;
  await page.locator(".topbar .menu > summary").last().click();
  await page.locator(`.topbar button[value=${language}]`).click();
  await expect(page.locator("html")).toHaveAttribute("lang", language);
}

const folder = join(dirname(fileURLToPath(import.meta.url)), "../../docs/screenshots");

export function variantOf(info: TestInfo): Variant {
  return info.project.metadata as Variant;
}

/** Photographs what a window of that size shows, once pictures and fonts are there. */
export async function photograph(page: Page, name: string, info: TestInfo): Promise<void> {
  const { language, scheme, width } = variantOf(info);
  await expect(page.locator("html")).toHaveAttribute("lang", language);
  // Not "networkidle": with the mails in their frames it sometimes never comes.
  await Promise.all(page.frames().map((frame) => frame.waitForLoadState("load")));
  await page.evaluate(async () => {
    await document.fonts.ready;
    await Promise.all([...document.images].map((image) => image.decode().catch(() => undefined)));
  });
  await page.screenshot({
    path: join(folder, `${name}-${language}-${scheme}-${width}.png`),
    animations: "disabled",
    caret: "hide",
  });
}
