// Markup typed into every text of every room is text: it opens no dialog, runs nothing and breaks no page, also where the
// form is refused and shown again.
import type { Page } from "@playwright/test";
import { control, post, startCompany } from "../support/company";
import { open } from "../support/entrance";
import { EVIL, SHORT, countDialogs, expectEveryPageHarmless, expectHarmless, expectTold } from "../support/markup";
import { enter, permit, startStaff } from "../support/staff";
import { expect, expectAccessible, hasJavaScript, test } from "../support/test";

/** Fills every text the page lets one type into; gives how many there were. */
async function fillEverything(page: Page, form: string): Promise<number> {
  const texts = page.locator(`${form} :is(input:not([type]), input[type=text], input[type=email], input[type=tel], input[type=url], input[type=search], textarea):visible:enabled`);
  for (const text of await texts.all()) {
    const most = Number((await text.getAttribute("maxlength")) ?? EVIL.length);
    await text.fill(most < EVIL.length ? SHORT.slice(0, most) : EVIL);
  }
  return texts.count();
}

/** Unfolds the newest entry of the audit trail. */
async function unfoldNewest(page: Page) {
  await open(page, "/settings/audit");
  await page.locator(".trail > li summary").first().click();
  return page.locator(".trail > li").first();
}

test("markup in every text is text on every page", async ({ page, mailbox, complaints }) => {
  complaints.expect(/status of 404/);
  const dialogs = countDialogs(page);
  await startCompany(page, mailbox, SHORT);
  await control(page, "name").fill(EVIL);
  await control(page, "address").fill(EVIL);
  await page.locator('button[form="general"]').click();
  await expect(page.locator(".toast-ok")).toBeVisible();
  await expect(page.locator(".org-name")).toHaveText(EVIL);
  await expectEveryPageHarmless(page);
  // The audit trail tells what was typed.
  await expect((await unfoldNewest(page)).locator(".entry-after").first()).toContainText("onerror");
  await expectAccessible(page);

  // Refused: everything typed stands in the fields again.
  for (const [path, form] of [
    ["/settings/general", "#general"],
    ["/settings/billing", "#identity"],
    ["/settings/members", "form:has(textarea)"],
    ["/settings/keys", "#create-key"],
  ] as const) {
    await open(page, path);
    expect(await fillEverything(page, form)).toBeGreaterThan(0);
    const button = form.startsWith("#") && form !== "#create-key" ? `button[form="${form.slice(1)}"]` : `${form} button[type=submit]`;
    await page.locator(button).click();
    await expect(page.locator("[aria-invalid=true]").first()).toBeVisible();
    await expectHarmless(page);
  }
  for (const address of [`/settings/members?q=${encodeURIComponent(EVIL)}`, `/login?next=${encodeURIComponent(EVIL)}`, `/settings/${encodeURIComponent(SHORT)}`, `/settings/audit?person=${encodeURIComponent(EVIL)}`]) {
    await page.goto(address);
    await expectHarmless(page);
  }
  expect(dialogs()).toBe(0);
});

test("markup in a legal title and its address is text on the invoice and in the trail", async ({ page, mailbox }) => {
  const dialogs = countDialogs(page);
  await startCompany(page, mailbox);
  await open(page, "/settings/billing");
  await post(page, "/settings/billing", "billing/save-identity", {
    version: await control(page, "version").inputValue(),
    taxpayer: "company",
    legal_title: EVIL,
    tax_number: "1234567890",
    national_number: "",
    office_province: "34",
    tax_office: "other",
    tax_office_name: SHORT,
    province: "34",
    district: "Şişli",
    address: `${EVIL}\n${SHORT}`,
    postcode: "34394",
  });
  await expectEveryPageHarmless(page);
  await open(page, "/settings/billing");
  await expect(control(page, "legal_title")).toHaveValue(EVIL);
  for (const [language, button] of [["tr", "Türkçe"], ["en", "English"]] as const) {
    await page.locator(".preview-language", { hasText: button }).click();
    const invoice = page.locator(`.print[lang=${language}]`);
    for (const typed of [EVIL, SHORT]) await expect(invoice).toContainText(typed);
  }
  if (hasJavaScript()) {
    // The invoice follows the typing.
    await control(page, "legal_title").fill(`${SHORT}${EVIL}`);
    await expect(page.locator(".print[lang=en]")).toContainText(`${SHORT}${EVIL}`);
  }
  await expectHarmless(page);
  const entry = await unfoldNewest(page);
  for (const typed of [EVIL, SHORT]) await expect(entry).toContainText(typed);
  await expectHarmless(page);
  expect(dialogs()).toBe(0);
});

test("markup in the name of a special day is text wherever the day is told", async ({ page, mailbox }) => {
  const dialogs = countDialogs(page);
  await startCompany(page, mailbox);
  await open(page, "/settings/hours");
  const today = new Date().toLocaleDateString("sv-SE", { timeZone: "Europe/Istanbul" });
  if (hasJavaScript()) await page.getByRole("button", { name: "Özel gün ekle" }).click();
  const special = page.locator(".special[class]:visible").last();
  await special.getByLabel("Tarih", { exact: true }).fill(today);
  await special.getByLabel("Ad").fill(SHORT);
  await page.getByRole("button", { name: "Güncelle" }).click();
  await expect(page.locator(".toast-ok")).toBeVisible();
  await expectEveryPageHarmless(page);
  await open(page, "/settings/hours");
  await expect(page.locator(".special summary").first()).toContainText(SHORT);
  await page.getByLabel("Tarih ve saat").fill(`${today}T12:00`);
  await page.getByRole("button", { name: "Sor" }).click();
  await expect(page.locator(".panel:has(#ask) .banner")).toContainText(SHORT);
  await expectHarmless(page);
  await expect(await unfoldNewest(page)).toContainText(SHORT);
  await expectHarmless(page);
  expect(dialogs()).toBe(0);
});

test("markup in the reason of support is text to the administrators, on every page and in their mails", async ({
  page,
  server,
  mailbox,
  elsewhere,
  complaints,
}) => {
  test.slow();
  // Shown out, the desk's page asks once more.
  complaints.expect(/status of 403/);
  const organisation = `Bora Çağrı ${Date.now()}`;
  const owner = await startCompany(page, mailbox, organisation);
  await permit(page, "allow");
  const desk = await elsewhere();
  const dialogs = [countDialogs(page), countDialogs(desk)];
  await startStaff(desk, server, SHORT);
  await enter(desk, organisation, { reason: EVIL, ticket: SHORT });
  await expectHarmless(desk);
  const came = await mailbox.next(owner.email, "Destek ekibi şirketinize bağlandı");
  for (const typed of [EVIL, SHORT]) expectTold(came, typed);

  // The banner.
  await expectEveryPageHarmless(page, () => expect(page.locator(".banner", { hasText: SHORT })).toContainText(EVIL));
  await open(page, "/settings/support");
  for (const typed of [EVIL, SHORT]) {
    await expect(page.getByRole("region", { name: "Şu anda içeride" })).toContainText(typed);
  }
  await page.locator(".banner").getByRole("button", { name: "Şimdi bitir" }).click();
  await expect(page.locator(".toast-ok", { hasText: "Destek oturumu bitirildi." })).toBeVisible();
  await open(page, "/settings/support");
  const past = page.getByRole("region", { name: "Bağlantılar" });
  await past.locator("summary").first().click();
  for (const typed of [EVIL, SHORT]) await expect(past).toContainText(typed);
  await expectHarmless(page);
  expectTold(await mailbox.next(owner.email, "Destek bağlantısı sona erdi"), EVIL);

  await open(page, "/settings/audit");
  const entries = page.locator(".trail > li");
  for (const summary of await entries.locator("summary").all()) await summary.click();
  for (const typed of [EVIL, SHORT]) await expect(entries.filter({ hasText: typed }).first()).toBeVisible();
  await expectHarmless(page);
  await open(desk, "/support");
  await expect(desk.getByRole("region", { name: "Son bağlantınız" })).toContainText(EVIL);
  await expectHarmless(desk);
  expect(dialogs.map((opened) => opened())).toEqual([0, 0]);
});
