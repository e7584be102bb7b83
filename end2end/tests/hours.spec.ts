// Business hours, for people with and without JavaScript.
import { type Locator, type Page } from "@playwright/test";
import { startCompany } from "../support/company";
import { alive, open, speak } from "../support/entrance";
import { expect, expectAccessible, hasJavaScript, test } from "../support/test";

const PAGE = "/settings/hours";

test.beforeEach(async ({ page, mailbox }) => {
  await startCompany(page, mailbox);
  await open(page, PAGE);
});

/** The row of a day or of a special day, by the path of its switch. */
function row(page: Page, path: string): Locator {
  return page.locator(".day, .special").filter({ has: page.locator(`#f-${path}-open`) });
}

/** A new line for a day: made by a button, or the blank one that waits there without JavaScript. */
async function addInterval(row: Locator, start: string, end: string): Promise<void> {
  if (hasJavaScript()) await row.getByRole("button", { name: /^Aralık ekle/ }).click();
  const line = hasJavaScript() ? row.locator(".interval:visible").last() : row.locator(".plain-only .interval");
  await line.locator("input").first().fill(start);
  await line.locator("input").last().fill(end);
}

async function save(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Güncelle" }).click();
  await expect(page.locator(".toast").filter({ hasText: "Kaydedildi." })).toBeVisible();
}

async function reload(page: Page): Promise<void> {
  await page.goto(PAGE);
  await alive(page);
}

/** What stands in the visible lines of a row: `09:00–12:30`. */
async function written(row: Locator): Promise<string[]> {
  const lines = await row.locator(".interval:visible").all();
  const texts = await Promise.all(
    lines.map(async (line) => {
      const inputs = await line.locator("input").all();
      return (await Promise.all(inputs.map((input) => input.inputValue()))).join("–");
    }),
  );
  return texts.filter((text) => text !== "–");
}

async function ask(page: Page, at: string): Promise<Locator> {
  await page.getByLabel("Tarih ve saat").fill(at);
  await page.getByRole("button", { name: "Sor" }).click();
  return page.locator(".panel").filter({ has: page.locator("#ask") }).locator(".banner");
}

test("a lunch break, a night shift and a closed day are found again", async ({ page }) => {
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Mesai saatleri");
  const title = page.locator(".page-title");
  await expect(title).toContainText(/İstanbul saatine göre\..* Şu an \d\d:\d\d, (açık|kapalı)sınız/);
  await expect(page.getByRole("img", { name: /^Bugün/ })).toBeVisible();
  await expect(row(page, "days-6").getByText("Kapalı")).toBeVisible();

  const [monday, saturday] = [row(page, "days-0"), row(page, "days-5")];
  await page.locator("#f-days-0-intervals-0-end").fill("12:30");
  await addInterval(monday, "13:30", "18:00");
  await page.locator("#f-days-5-open").check();
  if (hasJavaScript()) {
    const line = saturday.locator(".interval:visible");
    await line.locator("input").first().fill("21:00");
    await line.locator("input").last().fill("02:00");
    await expect(saturday.getByText("+1 gün")).toBeVisible();
  } else {
    await addInterval(saturday, "21:00", "02:00");
  }
  await page.locator("#f-days-4-open").uncheck();
  await save(page);
  await reload(page);

  expect(await written(monday)).toEqual(["09:00–12:30", "13:30–18:00"]);
  expect(await written(saturday)).toEqual(["21:00–02:00"]);
  await expect(saturday.getByText("+1 gün")).toBeVisible();
  await expect(monday.getByText("8 sa", { exact: true })).toBeVisible();
  await expect(page.locator("#f-days-4-open")).not.toBeChecked();
  await expect(row(page, "days-4").getByText("Kapalı")).toBeVisible();
  await expectAccessible(page);
});

test("a special day with hours of its own is added, read and removed", async ({ page }) => {
  if (hasJavaScript()) await page.getByRole("button", { name: "Özel gün ekle" }).click();
  const box = page.locator(".special[class]:visible").last();
  await box.getByLabel("Tarih", { exact: true }).fill("2030-12-30");
  await box.getByLabel("Son tarih").fill("2030-12-31");
  await box.getByLabel("Ad").fill("Sayım & arife");
  await box.getByLabel("Bu tarihte şu saatlerde açık").check();
  const line = box.locator(".interval:visible").first();
  await line.locator("input").first().fill("10:00");
  await line.locator("input").last().fill("13:00");
  await save(page);
  await reload(page);

  const saved = row(page, "overrides-0");
  await expect(saved.locator("summary")).toContainText("30–31 Aralık 2030");
  await expect(saved.locator("summary")).toContainText("Sayım & arife");
  await expect(saved.locator("summary")).toContainText("10:00–13:00");
  await saved.locator("summary").click();
  await expect(saved.getByLabel("Son tarih")).toHaveValue("2030-12-31");
  await expectAccessible(page);

  if (hasJavaScript()) {
    await saved.getByRole("button", { name: "Özel günü kaldır: 30–31 Aralık 2030" }).click();
  } else {
    await saved.getByLabel("Güncelleyince bu özel günü kaldır").check();
  }
  await save(page);
  await reload(page);
  await expect(page.getByText("Sayım & arife")).toHaveCount(0);
});

test("a special day that is over is read, not edited", async ({ page }) => {
  if (hasJavaScript()) await page.getByRole("button", { name: "Özel gün ekle" }).click();
  const yesterday = new Date(Date.now() - 24 * 60 * 60 * 1000 - 12 * 60 * 60 * 1000).toISOString().slice(0, 10);
  const box = page.locator(".special[class]:visible").last();
  await box.getByLabel("Tarih", { exact: true }).fill(yesterday);
  await box.getByLabel("Ad").fill("Köprü günü");
  await save(page);
  // And once more: what is not sent any more stays.
  await reload(page);
  await page.locator("#f-days-0-intervals-0-end").fill("17:00");
  await save(page);
  const past = page.locator("details.special-past");
  await past.locator("summary").click();
  await expect(past.getByText(/Köprü günü · Kapalı$/)).toBeVisible();
  await expect(page.locator(".special").filter({ hasText: "Köprü günü" })).toHaveCount(0);
  await expectAccessible(page);
});

test("public holidays are added by a button", async ({ page }) => {
  const panel = page.locator(".panel").filter({ has: page.locator("#holidays") });
  const ticked = await panel.locator("input:checked").count();
  expect(ticked).toBeGreaterThan(0);
  // Not this one.
  await panel.locator("input:checked").first().uncheck();
  await panel.getByRole("button", { name: /^Seçilenleri ekle/ }).click();
  if (hasJavaScript()) {
    await expect(page.getByText(`${ticked - 1} özel gün eklendi.`)).toBeVisible();
    await save(page);
  }
  await reload(page);
  await expect(page.locator(".special-label").filter({ hasText: /^Cumhuriyet Bayramı$/ })).toBeVisible();
  const specials = page.locator(".special:visible").filter({ has: page.locator(".special-label:not(:empty)") });
  await expect(specials).toHaveCount(ticked - 1);
});

test("a question about a moment is answered with the reason and the next change", async ({ page }) => {
  // Monday, 7 January 2030.
  const answer = await ask(page, "2030-01-07T17:59");
  await expect(answer).toContainText("7 Ocak 2030 Pazartesi 17:59: açıksınız");
  await expect(answer).toContainText("Pazartesi düzeni: 09:00–18:00.");
  await expect(answer).toContainText("Sonraki değişiklik: kapanış, 7 Ocak 2030 Pazartesi 18:00.");
  if (!hasJavaScript()) await open(page, PAGE);
  await expect(await ask(page, "2030-01-06T12:00")).toContainText("Pazar günleri kapalısınız.");
  await expectAccessible(page);
  if (!hasJavaScript()) await open(page, PAGE);
  await ask(page, "");
  await expect(page.locator("#ask-at-error")).toHaveText("Bu alan boş bırakılamaz.");
});

test("what is wrong stays as typed, with a sentence beside the row and the focus on the first", async ({ page }) => {
  const tuesday = row(page, "days-1");
  await page.locator("#f-days-0-intervals-0-end").fill("25:00");
  await addInterval(tuesday, "17:00", "20:00");
  await page.getByRole("button", { name: "Güncelle" }).click();
  await expect(page.locator("#f-days-0-intervals-0-end-error")).toContainText("Saati SS:DD biçiminde yazın.");
  await expect(tuesday.locator(".field-error")).toHaveText("Bu aralık başka bir aralıkla çakışıyor.");
  await expect(page.locator("#f-days-0-intervals-0-end")).toHaveValue("25:00");
  await expect(page.locator("#f-days-0-intervals-0-end")).toBeFocused();
  expect(await written(tuesday)).toEqual(["09:00–18:00", "17:00–20:00"]);
  await expectAccessible(page);
  await page.locator("#f-days-0-intervals-0-end").fill("24:00");
  await tuesday.locator("input[aria-invalid]").fill("18:30");
  await save(page);
  await reload(page);
  expect(await written(row(page, "days-0"))).toEqual(["09:00–24:00"]);
  expect(await written(tuesday)).toEqual(["09:00–18:00", "18:30–20:00"]);
});

test("the page speaks English", async ({ page }) => {
  await page.locator(".topbar .menu-end summary").click();
  await speak(page, "English");
  await open(page, PAGE);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Business hours");
  await expect(page.locator("#f-days-0-open")).toHaveAccessibleName("Monday open");
  await page.locator("#f-days-0-intervals-0-start").fill("18:00");
  await page.getByRole("button", { name: "Update" }).click();
  await expect(page.locator("#f-days-0-intervals-0-end-error")).toHaveText(/same/);
});
