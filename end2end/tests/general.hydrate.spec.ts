// What the company's page can only do with scripts: cropping, guarding, searching, refreshing the shell in place.
import type { Locator, Page } from "@playwright/test";
import { control, startCompany } from "../support/company";
import { open, speak } from "../support/entrance";
import { padded, phonePhoto, shownPhoto } from "../support/photos";
import { expect, expectAccessible, test } from "../support/test";

const update = (page: Page) => page.locator('button[form="general"]');
const cropper = (page: Page) => page.getByRole("dialog", { name: "Fotoğrafı kırpın" });
const stage = (page: Page) => page.locator(".crop-stage");

async function choose(page: Page, file = phonePhoto): Promise<Locator> {
  await expect(page.locator("button.photo-button")).toBeVisible();
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.locator("button.photo-button").click()]);
  await chooser.setFiles(file);
  await expect(cropper(page)).toBeVisible();
  return cropper(page);
}

/** The chosen square, as it is said to people who can't see it: left, top, side, zoom. */
async function square(page: Page): Promise<number[]> {
  const said = await cropper(page).locator("[role=status]").textContent();
  return [...(said ?? "").matchAll(/\d+/g)].map(Number);
}

test.beforeEach(async ({ page, mailbox }) => {
  await startCompany(page, mailbox);
});

test("the photo is cropped with the keyboard alone", async ({ page, browser }) => {
  // Early: the browser is told to hand choosers over, and a key is quicker than that.
  const chooser = page.waitForEvent("filechooser");
  await expect(page.locator("button.photo-button")).toBeVisible();
  await page.locator("button.photo-button").focus();
  await page.keyboard.press("Enter");
  await (await chooser).setFiles(phonePhoto);
  await expect(stage(page)).toBeFocused();
  await expectAccessible(page);

  // The upper left quarter: twice as large, then up and left as far as it goes.
  for (let i = 0; i < 10; i++) await page.keyboard.press("+");
  await expect.poll(() => square(page)).toEqual([300, 500, 600, 200]);
  for (let i = 0; i < 5; i++) await page.keyboard.press("Shift+ArrowLeft");
  await page.keyboard.press("ArrowUp");
  await expect.poll(() => square(page)).toEqual([0, 488, 600, 200]);
  for (let i = 0; i < 5; i++) await page.keyboard.press("Shift+ArrowUp");
  await page.keyboard.press("-");
  await page.keyboard.press("+");
  await page.keyboard.press("ArrowDown");

  const save = cropper(page).getByRole("button", { name: "Fotoğrafı kaydet" });
  await save.focus();
  await page.keyboard.press("Enter");
  await expect(page.locator(".toast-ok")).toHaveText("Fotoğraf kaydedildi.");
  await expect(page.locator("button.photo-button")).toBeFocused();
  // The whole left side is the red quarter; in the middle of the whole photo the lower corner is blue.
  const { corners } = await shownPhoto(page, browser);
  expect([corners[0], corners[2]]).toEqual(["red", "red"]);
});

test("the photo is cropped with the mouse: wheel, drag, slider", async ({ page, browser }) => {
  const dialog = await choose(page);
  await expect.poll(() => square(page)).toEqual([0, 200, 1200, 100]);
  const box = (await stage(page).boundingBox())!;
  const at = (x: number, y: number) => [box.x + box.width * x, box.y + box.height * y] as const;

  // The wheel zooms where the pointer is: what is near the lower right corner stays there.
  await page.mouse.move(...at(0.98, 0.98));
  for (let i = 0; i < 10; i++) await page.mouse.wheel(0, -100);
  await expect.poll(async () => (await square(page))[3]).toBe(200);
  const [left = 0, top = 0] = await square(page);
  expect(left).toBeGreaterThan(580);
  expect(top).toBeGreaterThan(780);

  // Twice as large as the stage, from its upper left.
  const canvas = (await dialog.locator(".crop-canvas").boundingBox())!;
  expect([canvas.width / box.width, (box.x - canvas.x) / canvas.width].map((share) => share.toFixed(1))).toEqual(["2.0", "0.5"]);

  // Dragging to the right by a whole stage shows what was left of it.
  await page.mouse.move(...at(0.05, 0.5));
  await page.mouse.down();
  await page.mouse.move(...at(0.5, 0.5), { steps: 5 });
  await page.mouse.move(...at(0.95, 0.5), { steps: 5 });
  await page.mouse.up();
  await expect.poll(async () => (await square(page))[0]).toBeLessThan(70);

  await dialog.getByRole("slider").fill("150");
  await expect(dialog.getByRole("slider")).toHaveAttribute("aria-valuetext", "%150");
  await dialog.getByRole("button", { name: "Yakınlaştır" }).click();
  await expect.poll(async () => (await square(page))[3]).toBe(160);
  await dialog.getByRole("slider").fill("300");
  await dialog.getByRole("button", { name: "Fotoğrafı kaydet" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.locator(".topbar .avatar img").first()).toBeVisible();
  expect(new Set((await shownPhoto(page, browser)).corners)).toEqual(new Set(["blue"]));
});

test("two fingers pinch", async ({ page }) => {
  await choose(page);
  const box = (await stage(page).boundingBox())!;
  const touch = (type: string, points: [number, number][]) =>
    session.send("Input.dispatchTouchEvent", {
      type: type as "touchStart",
      touchPoints: points.map(([x, y], id) => ({ id, x: box.x + box.width * x, y: box.y + box.height * y })),
    });
  const session = await page.context().newCDPSession(page);
  await touch("touchStart", [
    [0.4, 0.5],
    [0.6, 0.5],
  ]);
  for (const by of [0.02, 0.06, 0.1]) {
    await touch("touchMove", [
      [0.4 - by, 0.5],
      [0.6 + by, 0.5],
    ]);
  }
  await touch("touchEnd", []);
  await expect.poll(async () => (await square(page))[3]).toBeGreaterThan(180);
  const [left = 0, , side = 0] = await square(page);
  expect(Math.abs(left + side / 2 - 600)).toBeLessThan(30);
});

test("a photo too large to be sent is reduced, and a small one refused with its size", async ({ page, browser }) => {
  const dialog = await choose(page, padded(3_000_000));
  await expect(dialog).toContainText("1200 × 1600 piksele küçültüldü");
  const sent = page.waitForRequest(/save-photo/);
  await dialog.getByRole("button", { name: "Fotoğrafı kaydet" }).click();
  expect(Number(await (await sent).headerValue("content-length"))).toBeLessThan(2 * 1024 * 1024);
  await expect(dialog).toBeHidden();
  await expect(page.locator(".topbar .avatar img").first()).toBeVisible();
  expect((await shownPhoto(page, browser)).corners).toEqual(["red", "green", "blue", "yellow"]);

  const small = await page.evaluate(() => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [90, 300];
    return canvas.toDataURL("image/png").split(",")[1]!;
  });
  await page.locator("#photo-file").setInputFiles({
    name: "small.png",
    mimeType: "image/png",
    buffer: Buffer.from(small, "base64"),
  });
  await expect(page.locator("#f-photo-error")).toContainText("90 × 300 piksel");
});

test("an upload shows its progress, can be stopped, and says why it failed", async ({ page, complaints }) => {
  complaints.expect(/save-photo|status of 422|ERR_FAILED|ERR_INTERNET_DISCONNECTED/);
  const dialog = await choose(page);
  let go = () => {};
  const held = new Promise<void>((free) => (go = free));
  await page.route("**/api/general/save-photo", async (route) => {
    await held;
    await route.abort().catch(() => {});
  });
  const save = dialog.getByRole("button", { name: "Fotoğrafı kaydet" });
  await save.click();
  await expect(dialog.getByRole("progressbar")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog, "not while it is being sent").toBeVisible();
  await dialog.getByRole("button", { name: "Yüklemeyi durdur" }).click();
  await expect(dialog.getByRole("progressbar")).toHaveCount(0);
  await expect(dialog.locator(".banner")).toHaveCount(0);

  go();
  await save.click();
  await expect(dialog.locator(".banner-danger")).toContainText("Sunucuya ulaşılamadı");
  await page.unroute("**/api/general/save-photo");
  await page.route("**/api/general/save-photo", (route) =>
    route.fulfill({
      status: 422,
      json: { code: "invalid", fields: [{ field: "photo", code: "image_broken" }] },
    }),
  );
  await save.click();
  await expect(dialog.locator(".banner-danger")).toContainText("bozuk görünüyor");
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(page.locator(".topbar .avatar img")).toHaveCount(0);
});

test("the same file can be chosen again after cancelling", async ({ page }) => {
  for (let i = 0; i < 2; i++) {
    const dialog = await choose(page);
    await dialog.getByRole("button", { name: "Vazgeç" }).click();
    await expect(dialog).toBeHidden();
  }
});

test("unsaved changes are counted, and guarded on every way out", async ({ page }) => {
  const status = page.locator(".page-status");
  await expect(status).toBeEmpty();
  await control(page, "name").fill("Başka");
  await expect(status).toHaveText("1 değişiklik kaydedilmedi");
  await page.locator("#f-support_access-allow").check();
  await expect(status).toHaveText("2 değişiklik kaydedilmedi");
  await page.locator("#f-support_access-deny").check();
  await expect(status).toHaveText("1 değişiklik kaydedilmedi");

  const dialog = page.getByRole("dialog", { name: "Kaydedilmemiş değişiklikler var" });
  const hours = page.getByRole("navigation").getByRole("link", { name: "Mesai saatleri" });
  await hours.click();
  await expect(dialog).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Sayfada kal" }).click();
  await expect(page).toHaveURL(/\/settings\/general/);
  await expect(control(page, "name")).toHaveValue("Başka");

  // The browser's own question, for what leaves our pages.
  const asked = new Promise<string>((heard) =>
    page.once("dialog", (question) => {
      heard(question.type());
      void question.dismiss();
    }),
  );
  void page.reload({ timeout: 2000 }).catch(() => {});
  expect(await asked).toBe("beforeunload");
  await expect(control(page, "name")).toHaveValue("Başka");

  await hours.click();
  await dialog.getByRole("button", { name: "Kaydetmeden ayrıl" }).click();
  await expect(page).toHaveURL(/\/settings\/hours/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Mesai saatleri");

  // The way back brings what is saved.
  await page.getByRole("navigation").getByRole("link", { name: "Genel" }).click();
  await expect(control(page, "name")).toHaveValue("Yıldız Çağrı Merkezi");
  await control(page, "name").fill("Yine başka");
  await expect(status).not.toBeEmpty();
  await page.goBack();
  await expect(dialog).toBeVisible();
  await dialog.getByRole("button", { name: "Sayfada kal" }).click();
  await expect(page).toHaveURL(/\/settings\/general/);
  await expect(control(page, "name")).toHaveValue("Yine başka");
});

test("saving with nothing changed says so and sends nothing", async ({ page }) => {
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  await update(page).click();
  await expect(page.locator(".toast-ok")).toHaveText("Değişiklik yok.");
  expect(requests.filter((url) => url.includes("/api/"))).toEqual([]);
});

test("a save shows at once in the shell, without a reload", async ({ page }) => {
  await page.evaluate(() => ((window as unknown as { kept: boolean }).kept = true));
  await control(page, "name").fill("Ay Çağrı");
  await control(page, "phone").fill("05321234567");
  await update(page).click();
  await expect(page.locator(".toast-ok")).toHaveText("Kaydedildi: Şirket adı, Telefon.");
  await expect(page.locator(".topbar .org-name")).toHaveText("Ay Çağrı");
  await expect(page).toHaveTitle("Genel · Ay Çağrı · Ayar");
  await expect(control(page, "phone")).toHaveValue("+90 532 123 45 67");
  await expect(page.locator(".page-status")).toBeEmpty();
  expect(await page.evaluate(() => (window as unknown as { kept?: boolean }).kept)).toBe(true);
});

test("zones are found by city, by country and without Turkish letters", async ({ page }) => {
  const box = page.locator("input[role=combobox]");
  await expect(box).toHaveValue("İstanbul");
  const options = page.locator("[role=option]:visible");
  for (const [typed, found] of [
    ["ist", "İstanbul"],
    ["ISTANBUL", "İstanbul"],
    ["Londra", "Londra"],
    ["ingiltere", "Londra"],
  ] as const) {
    await box.fill(typed);
    await expect(options.filter({ hasText: found }).first()).toBeVisible();
  }
  await expect(options.first()).toContainText(/\d\d:\d\d · UTC/);
  await expectAccessible(page);
  await box.fill("atlantis");
  await expect(options).toHaveCount(0);
  await expect(page.getByText("Böyle bir şehir yok")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(box).toHaveValue("İstanbul");
  await expect(page.locator(".page-status")).toBeEmpty();
  await box.fill("londra");
  await page.keyboard.press("Enter");
  await expect(page.locator(".page-status")).toHaveText("1 değişiklik kaydedilmedi");
});

test("what another zone would change is told before anything is saved, the next digest too", async ({ page }) => {
  const told = page.locator(".banner", { hasText: "Kaydederseniz saat dilimi değişir" });
  const choose = async (city: string) => {
    const box = page.locator("input[role=combobox]");
    await box.fill(city);
    await expect(page.locator("[role=option]:visible", { hasText: city }).first()).toBeVisible();
    await box.press("Enter");
  };
  await choose("Tokyo");
  await expect(told).toContainText("Avrupa / İstanbul → Asya / Tokyo");
  await expect(told).toContainText(/Eski dilimde: (Açık|Kapalı).*Yeni dilimde: (Açık|Kapalı)/);
  await expect(told).not.toContainText("özet");
  await expectAccessible(page);
  await choose("İstanbul");
  await expect(told).toHaveCount(0);
  await expect(page.locator(".page-status")).toBeEmpty();

  // Only somebody who waits for a digest makes it worth telling.
  await open(page, "/settings/notifications");
  await page.locator("#f-invitation").selectOption("daily");
  await page.getByRole("button", { name: "Seçimlerimi kaydet", exact: true }).click();
  await expect(page.locator(".toast-ok")).toBeVisible();
  await open(page, "/settings/general");
  await choose("Tokyo");
  await expect(told).toContainText(/Bir sonraki günlük özet, eski dilimde: .*; yeni dilimde: /);
  await choose("İstanbul");
  await page.reload();
  await expect(page.locator("input[role=combobox]")).toHaveValue("İstanbul");
});

test("the page follows the company's language, unless the person chose their own", async ({ page }) => {
  await control(page, "language").selectOption("en");
  await update(page).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page.locator(".toast-ok")).toHaveText("Saved: Language.");

  await page.locator("summary").filter({ hasText: "Account menu" }).click();
  await speak(page, "Türkçe");
  await open(page, "/settings/general");
  await expect(page.locator("#f-language-hint")).toContainText("Siz menüden Türkçe dilini seçtiniz");
  await control(page, "language").selectOption("tr");
  await update(page).click();
  await expect(page.locator(".toast-ok")).toHaveText("Kaydedildi: Dil.");
  await expect(page.locator("html")).toHaveAttribute("lang", "tr");
});

test("their values are taken one by one, and what is typed meanwhile stays", async ({ page, context }) => {
  const other = await context.newPage();
  await open(other, "/settings/general");
  await control(other, "name").fill("Onun adı");
  await control(other, "website").fill("onun.example");
  await other.locator("#f-support_access-allow").check();
  await update(other).click();
  await expect(other.locator(".toast-ok")).toBeVisible();
  await other.close();

  await control(page, "name").fill("Benim adım");
  await update(page).click();
  await expect(page.locator(".banner-warn")).toBeVisible();
  await expect(page.locator(".conflict")).toHaveCount(3);
  await expect(page.locator(".conflict").last()).toContainText("Şu an kayıtlı olan: İzin ver");
  await page.locator(".conflict button").last().click();
  await expect(page.locator("#f-support_access-allow")).toBeChecked();
  await page.locator(".conflict button").last().click();
  await expect(control(page, "website")).toHaveValue("https://onun.example");
  await expect(page.locator(".conflict")).toHaveCount(1);
  await expect(page.locator(".page-status")).toHaveText("1 değişiklik kaydedilmedi");
  await update(page).click();
  await expect(page.locator(".toast-ok")).toHaveText("Kaydedildi: Şirket adı.");
  await expect(page.locator(".banner-warn")).toHaveCount(0);
  await expect(control(page, "name")).toHaveValue("Benim adım");
});

test("the page works when it is reached by a click, too", async ({ page }) => {
  await page.getByRole("navigation").getByRole("link", { name: "Mesai saatleri" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Mesai saatleri");
  await page.getByRole("navigation").getByRole("link", { name: "Genel" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Genel");
  await control(page, "name").fill("Tıklanarak");
  await update(page).click();
  await expect(page.locator(".topbar .org-name")).toHaveText("Tıklanarak");
  await choose(page);
});
