// Cropping a logo: free or 3:1, by keyboard, slider and mouse, on a plate.
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
  const [left = 0] = await part(page);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.95, box.y + box.height * 0.9, { steps: 3 });
  await page.mouse.up();
  await expect.poll(async () => (await part(page))[0]).toBeLessThan(left);
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
