// What business hours can do only with JavaScript: rows that come and go, totals, two tabs.
import { type Locator, type Page } from "@playwright/test";
import { startCompany } from "../support/company";
import { alive, open } from "../support/entrance";
import { expect, expectAccessible, test } from "../support/test";

const PAGE = "/settings/hours";

test.beforeEach(async ({ page, mailbox }) => {
  await startCompany(page, mailbox);
  await page.locator(".nav").getByRole("link", { name: "Mesai saatleri" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Mesai saatleri");
});

function day(page: Page, index: number): Locator {
  return page.locator(".day").filter({ has: page.locator(`#f-days-${index}-open`) });
}

/** Chooses from the menu of a day. */
async function choose(page: Page, index: number, item: string): Promise<void> {
  await day(page, index).locator("summary").click();
  await day(page, index).getByRole("button", { name: item }).click();
}

async function save(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Güncelle" }).click();
  await expect(page.locator(".toast").filter({ hasText: "Kaydedildi." })).toBeVisible();
}

test("one day is copied to the weekdays, another is open around the clock", async ({ page }) => {
  await page.locator("#f-days-0-intervals-0-end").fill("12:30");
  await day(page, 0).getByRole("button", { name: "Aralık ekle: Pazartesi" }).click();
  await expect(day(page, 0).locator(".interval:visible").last().locator("input").first()).toBeFocused();
  await page.keyboard.type("13:30");
  await page.keyboard.press("Tab");
  await page.keyboard.type("17:30");
  await expect(day(page, 0).locator(".day-name")).toContainText("7 sa 30 dk");
  await choose(page, 0, "Hafta içine kopyala");
  await choose(page, 6, "24 saat açık");
  await expect(page.locator("#f-days-6-open")).toBeChecked();
  await expect(page.getByText("Haftada 61 sa 30 dk")).toBeVisible();
  await expect(page.locator(".page-status")).toContainText("değişiklik kaydedilmedi");
  await save(page);
  await expect(page.locator(".page-status")).toBeEmpty();

  await page.reload();
  await alive(page);
  for (const index of [0, 1, 2, 3, 4]) {
    await expect(page.locator(`#f-days-${index}-intervals-1-start`)).toHaveValue("13:30");
    await expect(page.locator(`#f-days-${index}-intervals-1-end`)).toHaveValue("17:30");
  }
  await expect(page.locator("#f-days-5-open")).not.toBeChecked();
  await expect(page.locator("#f-days-6-intervals-0-end")).toHaveValue("24:00");
});

test("the keyboard alone is enough", async ({ page }) => {
  await page.locator("#f-days-5-open").focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("Tab");
  await expect(page.locator("#f-days-5-intervals-1-start")).toBeFocused();
  await page.keyboard.type("21:00");
  await page.keyboard.press("Tab");
  await page.keyboard.type("02:00");
  await expect(day(page, 5).getByText("+1 gün")).toBeVisible();

  // A line too many goes again, and the focus stays in the day.
  await day(page, 5).getByRole("button", { name: "Aralık ekle: Cumartesi" }).focus();
  await page.keyboard.press("Enter");
  await expect(day(page, 5).locator(".interval:visible")).toHaveCount(2);
  await expect(day(page, 5).locator(".interval:visible").last().locator("input").first()).toBeFocused();
  await page.keyboard.type("10:00");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(day(page, 5).locator(".interval:visible")).toHaveCount(1);
  await expect(day(page, 5).getByRole("button", { name: "Aralık ekle: Cumartesi" })).toBeFocused();

  await page.locator("#f-days-5-intervals-1-end").focus();
  await page.keyboard.press("Enter");
  await expect(page.locator(".toast").filter({ hasText: "Kaydedildi." })).toBeVisible();
  await expect(page.locator("#f-days-5-intervals-0-end")).toHaveValue("02:00");
});

test("the top bar follows a save", async ({ page }) => {
  for (const index of [0, 1, 2, 3, 4]) await page.locator(`#f-days-${index}-open`).uncheck();
  await save(page);
  await expect(page.locator(".topbar-status")).toContainText("Kapalı");
  await expect(page.locator(".page-title")).toContainText("kapalısınız");
  for (const index of [0, 1, 2, 3, 4, 5, 6]) await choose(page, index, "24 saat açık");
  await save(page);
  await expect(page.locator(".topbar-status")).toHaveText("Açık");
  await page.getByRole("button", { name: "Güncelle" }).click();
  await expect(page.getByText("Değişiklik yok.")).toBeVisible();
});

test("their special day is taken whole", async ({ page, context }) => {
  const add = async (tab: Page, label: string, open: boolean) => {
    await tab.locator("#specials-add").click();
    const row = tab.locator(".special:visible").last();
    await row.locator("input[name$='[first]']").fill("2099-03-01");
    await row.locator("input[name$='[label]']").fill(label);
    if (open) await row.getByRole("switch").check();
    return row;
  };
  const other = await context.newPage();
  await open(other, PAGE);
  await add(page, "Sayım", true);
  await save(page);

  const row = await add(other, "Bayram", false);
  await other.getByRole("button", { name: "Güncelle" }).click();
  const conflict = row.locator(".conflict");
  await expect(conflict).toContainText("Şu an kayıtlı olan:");
  await conflict.getByRole("button").click();
  await expect(conflict).toHaveCount(0);
  await expect(row.locator("input[name$='[label]']")).toHaveValue("Sayım");
  await expect(row.getByRole("switch")).toBeChecked();
  await expect(row.locator(".interval:visible")).toHaveCount(1);
  await expectAccessible(other);
});

test("two tabs never overwrite each other silently", async ({ page, context }) => {
  const other = await context.newPage();
  await open(other, PAGE);
  await page.locator("#f-days-0-intervals-0-end").fill("17:00");
  await save(page);

  await other.locator("#f-days-0-intervals-0-end").fill("19:00");
  await other.getByRole("button", { name: "Güncelle" }).click();
  await expect(other.getByText("Ayşe Erdem siz düzenlerken kaydetti")).toBeVisible();
  await expect(day(other, 0).getByText("Şu an kayıtlı olan: 09:00–17:00")).toBeVisible();
  await expect(other.locator("#f-days-0-intervals-0-end")).toHaveValue("19:00");
  await expectAccessible(other);
  // Mine, on purpose.
  await save(other);

  await page.locator("#f-days-1-intervals-0-end").fill("16:00");
  await page.getByRole("button", { name: "Güncelle" }).click();
  await expect(day(page, 0).getByText("Şu an kayıtlı olan: 09:00–19:00")).toBeVisible();
  // Theirs, all of it.
  await page.getByRole("link", { name: "Kayıtlı olanı yükle" }).click();
  await expect(page.locator("#f-days-0-intervals-0-end")).toHaveValue("19:00");
  await expect(page.locator("#f-days-1-intervals-0-end")).toHaveValue("18:00");
  await expect(page.getByText("siz düzenlerken kaydetti")).toHaveCount(0);
  await expect(page.locator(".page-status")).toBeEmpty();
});

test("a special day that is wrong opens, with the focus where it is wrong", async ({ page }) => {
  await page.getByRole("button", { name: "Özel gün ekle" }).click();
  const box = page.locator(".special:visible").last();
  await expect(box.getByLabel("Tarih", { exact: true })).toBeFocused();
  await box.getByLabel("Tarih", { exact: true }).fill("2030-05-02");
  await box.getByLabel("Ad").fill("Köprü günü");
  await save(page);

  const saved = page.locator(".special").filter({ hasText: "Köprü günü" });
  await saved.locator("summary").click();
  await saved.getByLabel("Son tarih").fill("2030-05-01");
  await saved.locator("summary").click();
  await page.getByRole("button", { name: "Güncelle" }).click();
  await expect(saved.getByLabel("Son tarih")).toBeFocused();
  await expect(saved.locator(".field-error")).toHaveText("Bitiş tarihi başlangıçtan önce olamaz.");
  await saved.getByRole("button", { name: /^Özel günü kaldır/ }).click();
  await expect(page.getByRole("button", { name: "Özel gün ekle" })).toBeFocused();
  await save(page);
});

test("holidays that are rows already are not offered again", async ({ page }) => {
  const panel = page.locator(".panel").filter({ has: page.locator("#holidays") });
  const before = await panel.locator(".offer").count();
  const ticked = await panel.locator("input:checked").count();
  await panel.getByRole("button", { name: "Seçilenleri ekle" }).click();
  await expect(panel.locator(".offer")).toHaveCount(before - ticked);
  await page.getByRole("button", { name: /^Özel günü kaldır/ }).first().click();
  await expect(panel.locator(".offer")).toHaveCount(before - ticked + 1);
  await panel.getByRole("button", { name: "Seçilenleri ekle" }).click();
  await expect(panel.locator(".offer")).toHaveCount(before - ticked);
  await expectAccessible(page);
});
