// The knowledge base: with the company of `ayar demo`, while a category is edited, while files are on their way, and
// after a category was deleted.
import { expect } from "@playwright/test";
import { demoTest as test, photograph, visit } from "../support/screenshots";

test("the knowledge base", async ({ page }, info) => {
  await visit(page, "/settings/knowledge");
  await photograph(page, "knowledge", info);
  await page.locator("a[id^=edit-]").nth(1).click();
  await expect(page.locator("#edit-f-name")).toBeVisible();
  await photograph(page, "knowledge-category", info);
  await page.locator("button[popovertarget^=delete-]").first().click();
  await photograph(page, "knowledge-delete", info);
  await page.keyboard.press("Escape");

  await page.locator("#upload-files").setInputFiles([
    { name: "çağrı-akışı.md", mimeType: "text/markdown", buffer: Buffer.from("# Çağrı akışı\n") },
    { name: "teklif.exe", mimeType: "application/octet-stream", buffer: Buffer.from("MZ") },
    { name: "sözleşme.pdf", mimeType: "application/pdf", buffer: Buffer.from("<html>") },
  ]);
  await expect(page.locator(".sending .is-failed")).toHaveCount(2);
  await expect(page.locator(".sending .is-sent, .sending .is-same")).toHaveCount(1);
  await photograph(page, "knowledge-sending", info);
  await visit(page, "/settings/knowledge");
  await page.locator("a[id^=edit-]").nth(3).click();
  await page.locator("button[popovertarget^=delete-]").first().click();
  await page.locator("[popover]:popover-open button[type=submit]").click();
  await expect(page.locator(".banner button[form=category-restore]").first()).toBeVisible();
  await photograph(page, "knowledge-undo", info);
});
