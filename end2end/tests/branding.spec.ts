// The logo: uploaded, shown on light and on dark, put on a plate, removed. With and without JavaScript.
import { type Page } from "@playwright/test";
import { hire, startCompany } from "../support/company";
import { alive, open, signIn } from "../support/entrance";
import { logo } from "../support/logos";
import { padded } from "../support/photos";
import { expect, expectAccessible, hasJavaScript, test } from "../support/test";

const shown = (page: Page) => page.locator(".logo-shown");
const mail = (page: Page, scheme: string) => page.frameLocator(`iframe[src*="scheme=${scheme}"]`);

/** Saves a logo as it is: the cropper with JavaScript, the file input and its button without. */
async function upload(page: Page, file = logo(1200, 300)): Promise<void> {
  await page.locator("#logo-file").setInputFiles(file);
  if (hasJavaScript()) {
    const dialog = page.getByRole("dialog", { name: "Logoyu kırpın" });
    await dialog.getByRole("button", { name: "Kaydet", exact: true }).click();
    await expect(dialog).toBeHidden();
  } else {
    await page.locator("button[form=logo]").click();
  }
  await expect(page.locator(".toast-ok")).toContainText("Logo kaydedildi.");
}

test.beforeEach(async ({ page, mailbox }) => {
  await startCompany(page, mailbox);
  await page.getByRole("navigation").getByRole("link", { name: "Logo ve marka" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Logo ve marka");
  await alive(page);
});

test("a company without a logo sees what its mails look like", async ({ page }) => {
  await expect(page.getByText("Henüz logo yok")).toBeVisible();
  await expect(page.locator(".paper").first()).toContainText("Yıldız Çağrı Merkezi");
  await expect(mail(page, "light").getByText("Ayar", { exact: true })).toBeVisible();
  await expectAccessible(page);
});

test("a logo is uploaded and stands on invoices and in mails, light and dark", async ({ page, elsewhere }) => {
  await upload(page);
  await expect(shown(page)).toHaveAttribute("alt", "Yıldız Çağrı Merkezi");
  await expect(page.getByText("Saklanan logo 960 × 240 piksel.")).toBeVisible();
  await expect(page.locator(".paper img")).toHaveCount(2);
  for (const scheme of ["light", "dark"]) {
    await expect(mail(page, scheme).getByRole("img", { name: "Yıldız Çağrı Merkezi", includeHidden: true })).toBeVisible();
  }
  await expectAccessible(page);

  // Mail programs have no session.
  const address = await shown(page).getAttribute("src");
  const answer = await (await elsewhere()).request.get(new URL(address!, page.url()).href);
  expect([answer.status(), answer.headers()["content-type"]]).toEqual([200, "image/png"]);

  await open(page, "/settings/branding");
  await expect(page.locator(".page-last")).toContainText("Son değiştiren: Ayşe Erdem");
});

test("a white logo is told, and put on a dark plate", async ({ page }) => {
  await upload(page, logo(600, 200, [255, 255, 255]));
  await expect(page.locator(".banner-warn")).toContainText("çok açık renkli");
  const before = await shown(page).getAttribute("src");
  await page.getByRole("radio", { name: "Koyu zemin" }).last().check();
  await page.getByRole("button", { name: "Zemini kaydet" }).click();
  await expect(page.locator(".toast-ok").last()).toContainText("Zemin kaydedildi.");
  await expect(shown(page)).not.toHaveAttribute("src", before!);
  await expect(page.locator(".banner-warn")).toHaveCount(0);
});

test("a logo is removed after a question", async ({ page }) => {
  await upload(page);
  if (hasJavaScript()) {
    await page.getByRole("button", { name: "Kaldır", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Logo kaldırılsın mı?" });
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Logoyu kaldır" }).click();
  } else {
    await page.locator(".photo-remove summary").click();
    await page.getByRole("button", { name: "Logoyu kaldır" }).click();
  }
  await expect(page.locator(".toast-ok").last()).toContainText("Logo kaldırıldı.");
  await expect(page.getByText("Henüz logo yok")).toBeVisible();
  await expect(page.getByRole("button", { name: "Zemini kaydet" })).toHaveCount(0);
});

test("a file that is no logo is refused in words at its place", async ({ page, complaints }) => {
  const choices = page.locator(".logo-plain");
  if (hasJavaScript()) {
    await page.locator("#logo-file").setInputFiles(logo(200, 60));
    // The size of the file is told as well.
    await expect(page.locator("#f-logo-error")).toContainText("200 × 60 piksel");
    await expectAccessible(page);
    return;
  }
  complaints.expect(/status of 413/);
  for (const [file, sentence] of [
    [logo(200, 60), "en az 240 piksel"],
    [padded(2 * 1024 * 1024 + 1), "2 MB"],
    [padded(5 * 1024 * 1024), "2 MB"],
  ] as const) {
    await choices.getByRole("radio", { name: "3:1" }).check();
    await choices.getByRole("radio", { name: "Koyu zemin" }).check();
    await page.locator("#logo-file").setInputFiles(file);
    await page.locator("button[form=logo]").click();
    await expect(page.locator("#f-logo-error")).toContainText(sentence);
    await expect(choices.getByRole("radio", { name: "3:1" })).toBeChecked();
    await expect(choices.getByRole("radio", { name: "Koyu zemin" })).toBeChecked();
  }
  await expectAccessible(page);
  // What was chosen is what is saved with the next file.
  await upload(page, logo(1200, 600));
  await expect(page.getByText("Saklanan logo 960 × 320 piksel.")).toBeVisible();
  await expect(page.locator("#f-plate-dark")).toBeChecked();
});

test("members do not find the page", async ({ page, mailbox, server, elsewhere }) => {
  const there = await elsewhere();
  const owner = await startCompany(there, mailbox);
  const member = await hire(page, mailbox, server, owner, { only: true });
  await signIn(page, member);
  await expect(page.getByRole("navigation").getByRole("link", { name: "Logo ve marka" })).toHaveCount(0);
});
