// Markup as somebody hostile types it, and whether a page took it for more than text.
import { type Page, expect } from "@playwright/test";
import { alive, open } from "./entrance";

export const EVIL = `"'></title></textarea><img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}`;
/** For fields that are shorter. */
export const SHORT = `"><svg onload=alert(3)>`;

const PAGES = [
  "/settings/general",
  "/settings/branding",
  "/settings/hours",
  "/settings/billing",
  "/settings/members",
  "/settings/security",
  "/settings/keys",
  "/settings/audit",
  "/settings/support",
  "/account/security",
  "/account/sessions",
];

export async function expectHarmless(page: Page): Promise<void> {
  await alive(page);
  await expect(page.locator("h1")).toBeVisible();
  await expect(page.locator("img[src=x], svg[onload], script:not([nonce]):not([src])")).toHaveCount(0);
}

/** Looks at every page of somebody who is signed in; `also` is asked on each. */
export async function expectEveryPageHarmless(page: Page, also?: () => Promise<void>): Promise<void> {
  for (const path of PAGES) {
    await open(page, path);
    await expectHarmless(page);
    await also?.();
  }
}

/** A mail shows `typed` as it was typed, in both of its parts. */
export function expectTold(mail: { text: string; html: string }, typed: string): void {
  expect(mail.text).toContain(typed);
  expect(mail.html).toContain(/on\w+=alert\(\d\)/.exec(typed)?.[0]);
  expect(mail.html).not.toMatch(/<(svg|script|img src=x)/);
}

/** Counts the dialogs that markup opens. The page's own question about unsaved changes is no work of it. */
export function countDialogs(page: Page): () => number {
  let opened = 0;
  page.on("dialog", async (dialog) => {
    if (dialog.type() !== "beforeunload") opened += 1;
    await dialog.accept();
  });
  return () => opened;
}
