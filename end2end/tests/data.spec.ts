// Data and privacy: what is kept, an export from the button to the file, a customer who is deleted with what was said; and
// the answers of the help. With and without JavaScript; once in English.
import { readFile } from "node:fs/promises";
import { post, startCompany } from "../support/company";
import { alive, open } from "../support/entrance";
import { expect, expectAccessible, hasJavaScript, test } from "../support/test";

test.slow();

test("an owner takes everything away as a file", async ({ page, mailbox }) => {
  const owner = await startCompany(page, mailbox);
  await page.getByRole("link", { name: "Veri ve gizlilik", exact: true }).click();
  await page.waitForURL("**/settings/data");
  await alive(page);
  const rows = page.locator(".table tbody tr");
  await expect(rows).toHaveCount(7);
  await expect(rows.filter({ hasText: "Çağrı kayıtları" })).toContainText("Sınırsız");
  await expect(rows.filter({ hasText: "Denetim kaydı" })).toContainText("90 gün");
  await expect(page.getByRole("link", { name: "Şirketi silmeye git" })).toHaveAttribute("href", "/settings/data/delete");
  await expectAccessible(page);

  const panel = page.locator("#export");
  await panel.getByRole("button", { name: "Dışa aktarmayı hazırla" }).click();
  await expect(page.locator(".toast-ok", { hasText: "Bitince e-posta göndereceğiz." }).last()).toBeVisible();
  const link = panel.getByRole("link", { name: /^İndir/ });
  if (hasJavaScript()) {
    // The page asks by itself.
    await expect(link).toBeVisible({ timeout: 20_000 });
  } else {
    await expect(async () => {
      await page.goto("/settings/data");
      await expect(link).toBeVisible({ timeout: 500 });
    }).toPass({ timeout: 20_000 });
  }
  await expectAccessible(page);
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  expect(download.suggestedFilename()).toMatch(/^ayar-\d{4}-\d\d-\d\d\.zip$/);
  const archive = await readFile(await download.path());
  expect(archive.subarray(0, 2).toString()).toBe("PK");
  expect(archive.includes("data/customers.csv") && archive.includes("manifest.json")).toBe(true);
  expect(await mailbox.link(owner.email)).toContain("/settings/data#export");
});

test("a customer is deleted, and the answers know the company", async ({ page, mailbox }) => {
  await startCompany(page, mailbox);
  await post(page, "/customers", "customers/create-customer", { name: "Can Su", phone: "0532 123 45 67", version: "0" });
  await open(page, "/customers");
  await page.locator("tbody").getByRole("link", { name: "Can Su" }).click();
  await page.waitForURL(/\/customers\/[0-9a-f-]{36}/);
  await alive(page);
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Verileri indir" }).click(),
  ]);
  expect((await readFile(await file.path())).includes("data/customer.jsonl")).toBe(true);
  const panel = page.locator("section", { has: page.getByRole("heading", { name: "Müşteriyi sil" }) });
  await panel.locator("summary").click();
  await expect(panel.getByRole("radio", { name: /Anonimleştir/ })).toBeChecked();
  await panel.getByText("Çağrılar transkript ve ses kayıtlarıyla birlikte silinir.").click();
  await expectAccessible(page);
  await panel.getByRole("button", { name: "Evet, sil" }).click();
  await page.waitForURL(/\/customers(\?.*)?$/);
  await expect(page.locator(".toast-ok", { hasText: "Müşteri silindi." }).last()).toBeVisible();

  await open(page, "/settings/help");
  const answer = page.locator("article", { hasText: "Saat dilimini sonradan değiştirebilir miyim?" });
  await expect(answer).toContainText("Avrupa / İstanbul");
  await expect(answer.getByRole("link", { name: "Genel" })).toHaveAttribute("href", "/settings/general");
  await expect(page.locator("article", { hasText: "Aynı anda kaç çağrı" })).toContainText("aynı anda 10 çağrı");
  await expectAccessible(page);
});

test.describe("in English", () => {
  test.use({ locale: "en-GB", extraHTTPHeaders: { "accept-language": "en-GB" } });

  test("both rooms are read", async ({ page, mailbox }) => {
    await startCompany(page, mailbox);
    await open(page, "/settings/data");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Data and privacy");
    await expect(page.locator(".table tbody tr").filter({ hasText: "Sign-in history" })).toContainText("90 days");
    await expectAccessible(page);
    await open(page, "/settings/help");
    await expect(page.locator("article", { hasText: "Can I restore a deleted company?" })).toContainText("within 7 days");
    await expectAccessible(page);
  });
});
