// Markup typed into every text of every room is text: it opens no dialog, runs nothing and breaks no page, also where the
// form is refused and shown again.
import type { Page } from "@playwright/test";
import { control, startCompany } from "../support/company";
import { alive, open } from "../support/entrance";
import { expect, expectAccessible, test } from "../support/test";

const EVIL = `"'></title></textarea><img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}`;
/** For fields that are shorter. */
const SHORT = `"><svg onload=alert(3)>`;

const PAGES = [
  "/settings/general",
  "/settings/branding",
  "/settings/hours",
  "/settings/billing",
  "/settings/members",
  "/settings/security",
  "/settings/audit",
  "/settings/support",
  "/account/security",
  "/account/sessions",
];

/** Fills every text the page lets one type into; gives how many there were. */
async function fillEverything(page: Page, form: string): Promise<number> {
  const texts = page.locator(`${form} :is(input:not([type]), input[type=text], input[type=email], input[type=tel], input[type=url], input[type=search], textarea):visible:enabled`);
  for (const text of await texts.all()) {
    const most = Number((await text.getAttribute("maxlength")) ?? EVIL.length);
    await text.fill(most < EVIL.length ? SHORT.slice(0, most) : EVIL);
  }
  return texts.count();
}

async function expectHarmless(page: Page): Promise<void> {
  await alive(page);
  await expect(page.locator("h1")).toBeVisible();
  await expect(page.locator("img[src=x], svg[onload], script:not([nonce]):not([src])")).toHaveCount(0);
}

test("markup in every text is text on every page", async ({ page, mailbox, complaints }) => {
  complaints.expect(/status of 404/);
  let dialogs = 0;
  page.on("dialog", async (dialog) => {
    // The page's own question about unsaved changes is no work of the markup.
    if (dialog.type() !== "beforeunload") dialogs += 1;
    await dialog.accept();
  });
  await startCompany(page, mailbox, SHORT);
  await control(page, "name").fill(EVIL);
  await control(page, "address").fill(EVIL);
  await page.locator('button[form="general"]').click();
  await expect(page.locator(".toast-ok")).toBeVisible();
  await expect(page.locator(".org-name")).toHaveText(EVIL);
  for (const path of PAGES) {
    await open(page, path);
    await expectHarmless(page);
  }
  // The audit trail tells what was typed.
  await open(page, "/settings/audit");
  await page.locator(".trail > li summary").first().click();
  await expect(page.locator(".entry-after").first()).toContainText("onerror");
  await expectAccessible(page);

  // Refused: everything typed stands in the fields again.
  for (const [path, form] of [
    ["/settings/general", "#general"],
    ["/settings/billing", "#identity"],
    ["/settings/members", "form:has(textarea)"],
  ] as const) {
    await open(page, path);
    expect(await fillEverything(page, form)).toBeGreaterThan(0);
    const button = form.startsWith("#") ? `button[form="${form.slice(1)}"]` : `${form} button[type=submit]`;
    await page.locator(button).click();
    await expect(page.locator("[aria-invalid=true]").first()).toBeVisible();
    await expectHarmless(page);
  }
  for (const address of [`/settings/members?q=${encodeURIComponent(EVIL)}`, `/login?next=${encodeURIComponent(EVIL)}`, `/settings/${encodeURIComponent(SHORT)}`, `/settings/audit?person=${encodeURIComponent(EVIL)}`]) {
    await page.goto(address);
    await expectHarmless(page);
  }
  expect(dialogs).toBe(0);
});
