// Billing details: taxpayer, tax office, address, the invoice beside them, and a number that hides. With and without
// JavaScript.
import type { Page } from "@playwright/test";
import { control, hire, startCompany } from "../support/company";
import { alive, open, signIn } from "../support/entrance";
import { expect, expectAccessible, hasJavaScript, test } from "../support/test";

const NUMBER = "10000000146";
const MASKED = "100******46";

/** Presses Güncelle on the room's page. */
async function update(page: Page): Promise<void> {
  await page.locator('button[form="identity"]').click();
}

async function expectSaved(page: Page): Promise<void> {
  await expect(page.locator(".toast-ok", { hasText: /^Kaydedildi\.$/ })).toBeVisible();
  await alive(page);
}

/** Chooses in a list: by typing on an English keyboard where there are scripts. */
async function choose(page: Page, field: string, search: string, value: string): Promise<void> {
  if (hasJavaScript()) {
    // A new province has a list of its own, which is on its way.
    await expect(page.locator(`select[name="form[${field}]"] option[value="${value}"]`)).toHaveCount(1);
    const box = page.locator(`input#f-${field}[role=combobox]`);
    await box.fill(search);
    await box.press("Enter");
  } else {
    await control(page, field).selectOption(value);
  }
  await expect(control(page, field)).toHaveValue(value);
}

/** The tax office and the address; without JavaScript a first Güncelle fills the lists. */
async function fillPlaces(page: Page): Promise<void> {
  await choose(page, "office_province", "istanbul", "34");
  if (!hasJavaScript()) await choose(page, "province", "", "34");
  // With scripts the address follows the province of the office.
  await expect(control(page, "province")).toHaveValue("34");
  if (!hasJavaScript()) await update(page);
  await choose(page, "tax_office", "sisli vergi", "Şişli Vergi Dairesi Müdürlüğü");
  await choose(page, "district", "sisli", "Şişli");
  await control(page, "address").fill("Büyükdere Caddesi No: 128");
  await control(page, "postcode").fill("34 394");
}

function invoice(page: Page, language: "tr" | "en") {
  return page.locator(`.print[lang=${language}]`);
}

test("a company is found again after a restart, and the invoice shows it in both languages", async ({
  page,
  mailbox,
  server,
}) => {
  await startCompany(page, mailbox);
  await page.getByRole("navigation").getByRole("link", { name: "Fatura bilgileri" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Fatura bilgileri" })).toBeVisible();
  await alive(page);
  await expectAccessible(page);
  await expect(page.locator("#f-taxpayer-company")).toBeChecked();
  await expect(control(page, "national_number")).toBeVisible({ visible: !hasJavaScript() });

  await fillPlaces(page);
  await control(page, "legal_title").fill("Yıldız Çağrı Merkezi A.Ş.");
  await control(page, "tax_number").fill("123 456 78 90");
  if (hasJavaScript()) await expect(invoice(page, "tr")).toContainText("1234567890");
  await update(page);
  await expectSaved(page);
  await expect(control(page, "tax_number")).toHaveValue("1234567890");
  await expect(control(page, "postcode")).toHaveValue("34394");

  await server.restart(page);
  await open(page, "/settings/billing");
  await expect(control(page, "tax_office")).toHaveValue("Şişli Vergi Dairesi Müdürlüğü");
  await expect(control(page, "district")).toHaveValue("Şişli");
  await expect(invoice(page, "tr")).toContainText("34394 Şişli / İstanbul");
  await expect(invoice(page, "tr")).toContainText("VKN");
  await expect(invoice(page, "en")).toBeHidden();
  await page.locator(".preview-language", { hasText: "English" }).click();
  await expect(invoice(page, "en")).toContainText("Tax office");
  await expect(invoice(page, "tr")).toBeHidden();
  await expectAccessible(page);
});

test("a sole trader's number is masked, shown on demand and told in the audit log", async ({ page, mailbox }) => {
  await startCompany(page, mailbox);
  await open(page, "/settings/billing");
  await page.locator("#f-taxpayer-sole_trader").check();
  await expect(control(page, "tax_number")).toBeVisible({ visible: !hasJavaScript() });
  await control(page, "legal_title").fill("Ayşe Erdem");
  await fillPlaces(page);
  await control(page, "national_number").fill("100 000 001 46");
  if (hasJavaScript()) await expect(invoice(page, "tr")).toContainText(MASKED);
  await update(page);
  await expectSaved(page);
  await expect(control(page, "national_number")).toHaveValue("");
  await expect(page.locator(".number-saved")).toContainText(MASKED);
  expect(await page.content()).not.toContain(NUMBER);

  await control(page, "address").fill("Halaskârgazi Caddesi 1");
  await update(page);
  // Nothing is unsaved any more.
  await expect(page.locator(".page-status")).toBeEmpty();
  await expect(page.locator(".page-last")).toContainText("Ayşe Erdem");
  await open(page, "/settings/billing");
  await expect(page.locator(".number-saved")).toContainText(MASKED);
  expect(await page.content()).not.toContain(NUMBER);
  await expectAccessible(page);

  await page.locator(".number-saved").getByRole("button", { name: "Numarayı göster" }).click();
  await expect(page.locator(".number-saved")).toContainText(NUMBER);
  await expect(invoice(page, "tr")).toContainText(MASKED);
  if (hasJavaScript()) {
    await page.locator(".number-saved").getByRole("button", { name: "Gizle" }).click();
    await expect(page.locator(".number-saved")).toContainText(MASKED);
  }
  await open(page, "/settings/billing");
  expect(await page.content()).not.toContain(NUMBER);

  await open(page, "/settings/audit?room=billing");
  await expect(page.locator(".trail > li").first()).toContainText("T.C. kimlik numarasının tamamını gördü");
  expect(await page.content()).not.toContain(NUMBER);
});

test("mistakes stand at their fields, the first has the focus, and what was typed stays", async ({
  page,
  mailbox,
}) => {
  await startCompany(page, mailbox);
  await open(page, "/settings/billing");
  await control(page, "legal_title").fill("Yıldız Çağrı Merkezi A.Ş.");
  await control(page, "tax_number").fill("1234567891");
  await fillPlaces(page);
  await control(page, "postcode").fill("06420");
  await update(page);
  await expect(page.locator("#f-tax_number-error")).toContainText("geçerli bir vergi kimlik numarası değil");
  await expect(page.locator("#f-postcode-error")).toContainText("plaka koduyla başlar");
  await expect(page.locator(".field-error")).toHaveCount(2);
  await expect(control(page, "tax_number")).toBeFocused();
  await expect(control(page, "tax_number")).toHaveValue("1234567891");
  await expect(control(page, "tax_office")).toHaveValue("Şişli Vergi Dairesi Müdürlüğü");
  await expectAccessible(page);

  await alive(page);
  await control(page, "tax_number").fill("1234567890");
  await control(page, "postcode").fill("");
  // An office that the list lacks.
  await choose(page, "tax_office", "listede yok", "other");
  await control(page, "tax_office_name").fill("Yeni Vergi Dairesi Müdürlüğü");
  await update(page);
  await expectSaved(page);
  await open(page, "/settings/billing");
  await expect(control(page, "tax_office_name")).toHaveValue("Yeni Vergi Dairesi Müdürlüğü");
  await expect(invoice(page, "tr")).toContainText("Yeni Vergi Dairesi Müdürlüğü");
});

test("members find no such room", async ({ page, mailbox, server, elsewhere, complaints }) => {
  complaints.expect(/status of 403/);
  const owner = await startCompany(page, mailbox);
  const there = await elsewhere();
  const member = await hire(there, mailbox, server, owner, { only: true });
  await signIn(there, member);
  await expect(there.getByRole("link", { name: "Fatura bilgileri" })).toHaveCount(0);
  const answer = await there.goto("/settings/billing");
  expect(answer?.status()).toBe(403);
});

test("an owner chooses the plan, an administrator reads it", async ({ page, mailbox, server, elsewhere }) => {
  const owner = await startCompany(page, mailbox);
  await open(page, "/settings/billing");
  const panel = page.getByRole("region", { name: "Plan", exact: true });
  const now = panel.locator(".plan-now");
  await expect(now).toContainText("Team");
  await expect(now).toContainText("Deneme: 14 gün kaldı");
  await panel.locator("summary").click();
  await expectAccessible(page);
  await panel.locator("input[value=scale]").check();
  await panel.getByRole("button", { name: "Planı değiştir" }).click();
  const said = hasJavaScript() ? "Planınız artık Scale." : "Kaydedildi.";
  await expect(page.locator(".toast-ok", { hasText: said })).toBeVisible();
  await expect(now).toContainText("Scale");
  await expect(now).toContainText("100 kişiye kadar");
  await expect(now).not.toContainText("Deneme");
  await alive(page);

  const admin = await hire(page, mailbox, server, owner, { role: "admin", only: true });
  const other = await elsewhere();
  await signIn(other, admin);
  await open(other, "/settings/billing");
  await expect(other.locator(".plan-now")).toContainText("Scale");
  await expect(other.getByText("Planı yalnızca sahipler değiştirebilir.")).toBeVisible();
  await expect(other.getByRole("button", { name: "Planı değiştir" })).toHaveCount(0);
});
