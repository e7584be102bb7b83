// The knowledge base: categories with one level below them, files in them, and a deletion that deletes no file. With and
// without JavaScript; what is refused is read in English.
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { startCompany } from "../support/company";
import { alive, open } from "../support/entrance";
import { expect, expectAccessible, hasJavaScript, test } from "../support/test";

test.slow();

const PAGE = "/settings/knowledge";
const text = (name: string, content: string) => ({ name, mimeType: "text/plain", buffer: Buffer.from(content) });

async function expectSaid(page: Page, words: string): Promise<void> {
  await expect(page.locator(".toast-ok", { hasText: words }).last()).toBeVisible();
  await alive(page);
}

/** A script sends files as soon as they are chosen; a plain form has a button. */
async function upload(page: Page, files: { name: string; mimeType: string; buffer: Buffer }[]): Promise<void> {
  await page.locator("#upload-files").setInputFiles(files);
  if (!hasJavaScript()) await page.locator(".knowledge-send button").click();
}

test("categories are made and sorted, files go into them, and a deleted category gives its files back", async ({ page, mailbox }) => {
  await startCompany(page, mailbox);
  await open(page, "/settings/general");
  await page.getByRole("link", { name: "Bilgi bankası", exact: true }).click();
  await page.waitForURL(`**${PAGE}`);
  await alive(page);
  await expect(page.getByRole("heading", { name: "Henüz dosya yok" })).toBeVisible();
  await expectAccessible(page);

  for (const name of ["İade", "Fiyatlar"]) {
    await page.locator("#new-f-name").fill(name);
    await page.getByRole("button", { name: "Oluştur" }).click();
    await expectSaid(page, "Kategori oluşturuldu.");
    await expect(page.locator(".category-name", { hasText: name })).toBeVisible();
  }
  await page.getByRole("link", { name: "İade altına alt kategori ekle" }).click();
  await page.getByLabel("Alt kategori adı girin").fill("Kargo");
  await expectAccessible(page);
  await page.locator(".category-body").getByRole("button", { name: "Oluştur" }).click();
  await expectSaid(page, "Kategori oluşturuldu.");
  const names = page.locator(".categories > ul:last-child .category-name");
  await expect(names).toHaveText(["İade", "İade › Kargo", "Fiyatlar"]);

  await page.getByRole("link", { name: "Fiyatlar kategorisini düzenle" }).click();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Fiyatlar: yukarı taşı" }).click();
  await expectSaid(page, "Kategorinin yeri değişti.");
  await expect(names).toHaveText(["Fiyatlar", "İade", "İade › Kargo"]);

  await page.locator("#upload-category").selectOption({ label: "İade › Kargo" });
  await upload(page, [text("İade koşulları.txt", "On dört gün."), text("kargo ücretleri.md", "# Kargo")]);
  const rows = page.locator("tbody tr");
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText("Kargo");
  await alive(page);
  await expectAccessible(page);
  const downloading = page.waitForEvent("download");
  await rows.getByRole("link", { name: "İade koşulları.txt" }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe("İade koşulları.txt");
  expect(await readFile(await download.path(), "utf8")).toBe("On dört gün.");

  await page.locator("#f-q").fill("IADE KOSUL");
  await page.getByRole("button", { name: "Ara", exact: true }).click();
  await page.waitForURL("**q=IADE**");
  await alive(page);
  await expect(rows).toHaveCount(1);
  await rows.getByRole("checkbox").check();
  await page.locator("#f-category").selectOption({ label: "Fiyatlar" });
  await page.getByRole("button", { name: "Taşı", exact: true }).click();
  await expect(rows.filter({ hasText: "İade koşulları.txt" })).toContainText("Fiyatlar");
  await alive(page);

  // The dialog says how many files it is about, and that they stay.
  await open(page, PAGE);
  await page.getByRole("link", { name: "İade kategorisini düzenle" }).click();
  await page.locator(".category-body").getByRole("button", { name: "Sil", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "“İade” silinsin mi?" });
  await expect(dialog).toContainText("İçindeki 1 dosya silinmez ama kategorisiz kalır.");
  await expect(dialog).toContainText("Alt kategorileri de silinir: Kargo.");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Kategoriyi sil" }).click();
  await expect(page.getByText("1 dosya kategorisiz kaldı.")).toBeVisible();
  await expect(names).toHaveText(["Fiyatlar"]);
  await expect(rows.filter({ hasText: "kargo ücretleri.md" })).toContainText("Kategorisiz");
  await alive(page);
  await expectAccessible(page);
  await page.getByRole("button", { name: "“İade” kategorisini geri al" }).click();
  await expectSaid(page, "Kategori dosyalarıyla geri geldi.");
  await expect(names).toHaveText(["Fiyatlar", "İade", "İade › Kargo"]);
  await expect(rows.filter({ hasText: "kargo ücretleri.md" })).toContainText("Kargo");
});

test.describe("in English", () => {
  test.use({ locale: "en-GB", extraHTTPHeaders: { "accept-language": "en-GB" } });

  test("what is wrong is said in words, and nothing typed is lost", async ({ page, mailbox, complaints }) => {
    await startCompany(page, mailbox);
    await open(page, PAGE);
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await expect(page.locator("#new-f-name-error")).toBeVisible();
    await page.locator("#new-f-name").fill("Returns");
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await expectSaid(page, "The category was created.");
    await page.locator("#new-f-name").fill("returns");
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await expect(page.locator("#new-f-name-error")).toHaveText("This name is taken. Choose another one.");
    await expect(page.locator("#new-f-name")).toHaveValue("returns");
    await expectAccessible(page);

    await page.locator("#upload-category").selectOption({ label: "Returns" });
    await upload(page, [text("program.exe", "MZ"), text("fake.pdf", "<html>"), text("fine.txt", "fine")]);
    await expect(page.locator("tbody tr")).toHaveCount(1);
    await alive(page);
    await expect(page.getByText("Only PDF, DOCX, TXT, MD and CSV can be uploaded.").first()).toBeVisible();
    await expect(page.getByText("The content is not what the file’s ending says.").first()).toBeVisible();
    await expect(page.locator("#upload-category")).toHaveValue(/.+/);
    await expectAccessible(page);
    await upload(page, [text("again.md", "fine")]);
    await expect(page.locator("tbody").getByText("Same content as “fine.txt”")).toBeVisible();
    await alive(page);

    await page.getByRole("button", { name: "Move", exact: true }).click();
    await expect(page.locator("#f-files-error")).toHaveText("Choose files in the list first.");
    await expect(page.locator("#f-category-error")).toBeVisible();
    await expectAccessible(page);
    await page.getByRole("checkbox", { name: "Choose again.md" }).check();
    await page.getByRole("button", { name: "Delete the chosen" }).click();
    await page.getByRole("button", { name: "Delete the files" }).click();
    await expect(page.locator("tbody tr")).toHaveCount(1);
    complaints.expect(/status of 422/);
  });
});
