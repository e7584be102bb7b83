// Cropping a logo: free or 3:1, by keyboard, slider, mouse and finger, on a plate.
import type { Locator, Page } from "@playwright/test";
import { startCompany } from "../support/company";
import { open } from "../support/entrance";
import { logo } from "../support/logos";
import { phonePhoto } from "../support/photos";
import { expect, expectAccessible, test } from "../support/test";

const cropper = (page: Page) => page.getByRole("dialog", { name: "Logoyu kırpın" });

async function choose(page: Page, file = logo(1200, 600)): Promise<Locator> {
  const button = page.locator(".photo-actions:visible").getByRole("button").first();
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), button.click()]);
  await chooser.setFiles(file);
  await expect(cropper(page)).toBeVisible();
  return cropper(page);
}

/** The chosen part, as it is said: left, top, width, height, zoom. */
async function part(page: Page): Promise<number[]> {
  const said = await cropper(page).locator("[role=status]").textContent();
  return [...(said ?? "").matchAll(/\d+/g)].map(Number);
}

/** Whether what is in the frame is the chosen part of a picture, in its own proportions. */
async function expectFramed(page: Page, picture: [width: number, height: number]): Promise<void> {
  await expect.poll(async () => {
    const [left = 0, top = 0, width = 0, height = 0] = await part(page);
    const frame = (await cropper(page).locator(".crop-frame").boundingBox())!;
    const canvas = (await cropper(page).locator(".crop-canvas").boundingBox())!;
    const scale = frame.width / width;
    const far = [
      canvas.width - picture[0] * scale,
      canvas.height - picture[1] * scale,
      frame.height - height * scale,
      frame.x - canvas.x - left * scale,
      frame.y - canvas.y - top * scale,
    ];
    return Math.max(...far.map(Math.abs));
  }).toBeLessThan(2);
}

test.beforeEach(async ({ page, mailbox }) => {
  await startCompany(page, mailbox);
  await open(page, "/settings/branding");
});

test("a free part is moved, resized and reshaped with the keyboard alone", async ({ page }) => {
  const dialog = await choose(page);
  await expectAccessible(page);
  await expect.poll(() => part(page)).toEqual([0, 0, 1200, 600, 100]);
  await dialog.locator(".crop-stage").focus();
  for (let i = 0; i < 10; i++) await page.keyboard.press("+");
  await expect.poll(() => part(page)).toEqual([300, 150, 600, 300, 200]);
  for (let i = 0; i < 10; i++) await page.keyboard.press("Shift+ArrowLeft");
  await expect.poll(async () => (await part(page))[0]).toBe(0);
  await page.keyboard.press("]");
  await expect.poll(async () => (await part(page))[3]).toBeLessThan(300);
  await dialog.getByRole("slider", { name: "Biçim" }).fill("0");
  await expect.poll(async () => (await part(page))[2]).toBe((await part(page))[3]);
  await dialog.getByRole("button", { name: "Kaydet", exact: true }).click();
  await expect(page.locator(".toast-ok")).toHaveText("Logo kaydedildi.");
  await expect(page.locator(".logo-facts")).toContainText("300 × 300 piksel");
});

test("3:1 is three to one, and the preview stands on the chosen plate", async ({ page }) => {
  const dialog = await choose(page);
  await dialog.getByRole("radio", { name: "3:1" }).check();
  await expect.poll(() => part(page)).toEqual([0, 100, 1200, 400, 100]);
  await expect(dialog.getByRole("slider", { name: "Biçim" })).toHaveCount(0);
  await dialog.getByRole("radio", { name: "Koyu zemin" }).check();
  await expect(dialog.getByRole("img", { name: "Açık zeminde" })).toBeVisible();
  await dialog.getByRole("button", { name: "Kaydet", exact: true }).click();
  await expect(page.locator(".logo-facts")).toContainText("960 × 320 piksel");
  await expect(page.locator("#f-plate-dark")).toBeChecked();
});

test("a part can be dragged, and the wheel zooms where the pointer is", async ({ page }) => {
  const dialog = await choose(page, phonePhoto);
  const box = (await dialog.locator(".crop-stage").boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.9, box.y + box.height * 0.9);
  for (let i = 0; i < 10; i++) await page.mouse.wheel(0, -100);
  await expect.poll(async () => (await part(page))[4]).toBe(200);
  await expectFramed(page, [1200, 1600]);
  const [left = 0] = await part(page);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.95, box.y + box.height * 0.9, { steps: 3 });
  await page.mouse.up();
  await expect.poll(async () => (await part(page))[0]).toBeLessThan(left);
});

/** Pulls a handle by shares of the frame's width and height, and still holds it. */
async function pull(page: Page, grip: string, right: number, down: number): Promise<void> {
  const frame = (await cropper(page).locator(".crop-frame").boundingBox())!;
  const handle = (await cropper(page).locator(`[data-grip=${grip}]`).boundingBox())!;
  const [x, y] = [handle.x + handle.width / 2, handle.y + handle.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + frame.width * right, y + frame.height * down, { steps: 6 });
}

test("corners and edges are pulled to a free part of any width and height, and that is stored", async ({ page }) => {
  const dialog = await choose(page);
  // The keys do the same: nobody who does not see the handles is led to them.
  await expect(dialog.locator(".crop-frame")).toHaveAttribute("aria-hidden", "true");
  await expect(dialog.locator(".crop-handle")).toHaveCount(8);
  const box = async () => (await dialog.locator(".crop-frame").boundingBox())!;
  const before = await box();
  await pull(page, "se", -0.5, -0.25);
  // The picture lies still under the frame until the handle is let go; then the part fills the stage again.
  await expect.poll(async () => Math.round(((await box()).width / before.width) * 100)).toBe(50);
  expect(Math.round((await box()).x)).toBe(Math.round(before.x));
  await page.mouse.up();
  await expect.poll(async () => (await box()).width / before.width).toBeGreaterThan(0.6);
  const near = (expected: number[]) => async () =>
    (await part(page)).slice(0, 4).every((side, i) => Math.abs(side - expected[i]!) < 6);
  await expect.poll(near([0, 0, 600, 450])).toBe(true);
  await pull(page, "w", 1 / 3, 0);
  await page.mouse.up();
  await expect.poll(near([200, 0, 400, 450])).toBe(true);
  await expectFramed(page, [1200, 600]);
  // Further out than the stage shows, and further than the picture goes.
  await pull(page, "s", 0, 3);
  await page.mouse.up();
  await expect.poll(near([200, 0, 400, 600])).toBe(true);
  await dialog.getByRole("button", { name: "Kaydet", exact: true }).click();
  await expect(page.locator(".toast-ok")).toHaveText("Logo kaydedildi.");
  const [, width, height] = (await page.locator(".logo-facts").textContent())!.match(/(\d+) × (\d+) piksel/)!;
  expect(Number(height)).toBe(320);
  expect(Math.abs(Number(width) - 213)).toBeLessThan(4);
});

test("3:1 has corners only, and they keep it", async ({ page }) => {
  const dialog = await choose(page);
  await dialog.getByRole("radio", { name: "3:1" }).check();
  await expect(dialog.locator(".crop-handle")).toHaveCount(4);
  await pull(page, "nw", 0.4, 0);
  await page.mouse.up();
  await expect.poll(async () => (await part(page))[2]).toBeLessThan(900);
  const [left = 0, top = 0, width = 0, height = 0] = await part(page);
  expect([left + width, top + height]).toEqual([1200, 500]);
  expect(Math.abs(width - 3 * height)).toBeLessThan(4);
  // Never smaller than a mail shows it.
  await pull(page, "se", -3, -3);
  await page.mouse.up();
  await expect.poll(async () => (await part(page)).slice(2, 4)).toEqual([240, 80]);
  // A press on the frame and not on a handle still drags the picture.
  await dialog.locator(".crop-frame").hover();
  await page.mouse.down();
  await page.mouse.move(0, 0, { steps: 4 });
  await page.mouse.up();
  await expect.poll(async () => (await part(page)).slice(2, 4)).toEqual([240, 80]);
  await expect.poll(async () => (await part(page))[0]).toBeGreaterThan(left);
});

test("a finger pulls, and a second one changes nothing", async ({ page }) => {
  const dialog = await choose(page);
  const frame = (await dialog.locator(".crop-frame").boundingBox())!;
  const session = await page.context().newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", points: [number, number][]) =>
    session.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: points.map(([x, y], id) => ({ id, x: frame.x + frame.width * x, y: frame.y + frame.height * y })),
    });
  await touch("touchStart", [[1, 0.5]]);
  await touch("touchMove", [[0.8, 0.5]]);
  await touch("touchStart", [
    [0.8, 0.5],
    [0.3, 0.5],
  ]);
  await touch("touchMove", [
    [0.5, 0.5],
    [0.1, 0.1],
  ]);
  await touch("touchEnd", []);
  await expect.poll(async () => Math.round(((await part(page))[2] ?? 0) / 100)).toBe(6);
  expect((await part(page)).filter((_, i) => [0, 1, 3].includes(i))).toEqual([0, 0, 600]);
});

test("a picture too small for a strip of its own can't be cut to one", async ({ page }) => {
  const dialog = await choose(page, logo(120, 100));
  await expect(dialog.getByRole("radio", { name: "3:1" })).toBeDisabled();
});

test("cancelling keeps the old logo, and the same file can be chosen again", async ({ page }) => {
  for (let i = 0; i < 2; i++) {
    const dialog = await choose(page);
    await dialog.getByRole("button", { name: "Vazgeç" }).click();
    await expect(dialog).toBeHidden();
  }
  await expect(page.getByText("Henüz logo yok")).toBeVisible();
});

test("whoever changes a plate on an old page is told and sees the new logo", async ({ page, context }) => {
  const dialog = await choose(page);
  await dialog.getByRole("button", { name: "Kaydet", exact: true }).click();
  await expect(page.locator(".logo-shown")).toBeVisible();
  const other = await context.newPage();
  await open(other, "/settings/branding");
  await other.getByRole("radio", { name: "Beyaz zemin" }).last().check();
  await other.getByRole("button", { name: "Zemini kaydet" }).click();
  await expect(other.locator(".toast-ok")).toBeVisible();
  await other.close();

  await page.locator("#f-plate-dark").check();
  await page.getByRole("button", { name: "Zemini kaydet" }).click();
  await expect(page.locator(".banner-warn")).toContainText("Başka bir yönetici");
  await expect(page.locator("#f-plate-dark")).toBeChecked();
  await page.getByRole("button", { name: "Zemini kaydet" }).click();
  await expect(page.locator(".toast-ok").last()).toHaveText("Zemin kaydedildi.");
  await expect(page.locator(".banner-warn")).toHaveCount(0);
});
