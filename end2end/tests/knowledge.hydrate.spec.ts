// What a script adds to the knowledge base: dragging, the arrow keys, and uploads with their progress that can be stopped.
import { type Page } from "@playwright/test";
import { post, startCompany } from "../support/company";
import { open } from "../support/entrance";
import { expect, expectAccessible, test } from "../support/test";

const PAGE = "/settings/knowledge";
const names = (page: Page) => page.locator(".categories > ul:last-child .category-name");

test("categories are sorted by dragging and by the arrow keys", async ({ page, mailbox }) => {
  await startCompany(page, mailbox);
  for (const name of ["Bir", "İki", "Üç"]) await post(page, PAGE, "knowledge/create-category", { name });
  await open(page, PAGE);
  await expect(names(page)).toHaveText(["Bir", "İki", "Üç"]);
  const grip = (name: string) => page.getByRole("button", { name: `${name}: yerini değiştirin` });
  await grip("Üç").dragTo(page.locator(".category", { hasText: "Bir" }));
  await expect(names(page)).toHaveText(["Üç", "Bir", "İki"]);
  await grip("Üç").focus();
  await page.keyboard.press("ArrowDown");
  await expect(names(page)).toHaveText(["Bir", "Üç", "İki"]);
  await expect(grip("Üç")).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(names(page)).toHaveText(["Bir", "İki", "Üç"]);
  await page.reload();
  await expect(names(page)).toHaveText(["Bir", "İki", "Üç"]);
});

test("files are dropped, sent with progress, stopped and tried again", async ({ page, mailbox, complaints }) => {
  await startCompany(page, mailbox);
  await open(page, PAGE);
  // The network is slow until it is let go.
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  let asked = 0;
  await page.route("**/api/knowledge/upload-files", async (route) => {
    asked += 1;
    if (asked > 1) await held;
    await route.continue().catch(() => {});
  });
  const drop = (files: [string, string][]) =>
    page.locator(".knowledge-drop").evaluate((zone, files) => {
      const carried = new DataTransfer();
      for (const [name, content] of files) carried.items.add(new File([content], name));
      for (const type of ["dragover", "drop"]) {
        zone.dispatchEvent(new DragEvent(type, { dataTransfer: carried, bubbles: true, cancelable: true }));
      }
    }, files);
  await drop(["bir", "iki", "üç", "dört", "beş"].map((name) => [`${name}.txt`, `içerik ${name}`]));
  const line = (name: string) => page.locator(".sending", { hasText: `${name}.txt` });
  await expect(line("bir")).toContainText("Yüklendi");
  // Three at the same time; the others wait.
  await expect(line("beş")).toContainText("Sırada");
  await expectAccessible(page);
  complaints.expect(/upload-files/);
  await page.getByRole("button", { name: "iki.txt: yüklemeyi durdur" }).click();
  await expect(line("iki")).toContainText("Durduruldu");
  release();
  for (const name of ["üç", "dört", "beş"]) await expect(line(name)).toContainText("Yüklendi");
  await expect(page.locator("tbody tr")).toHaveCount(4);
  await expect(page.locator("tbody")).not.toContainText("iki.txt");
  await page.getByRole("button", { name: "iki.txt: yeniden dene" }).click();
  await expect(line("iki")).toContainText("Yüklendi");
  await expect(page.locator("tbody tr")).toHaveCount(5);
  await page.getByRole("button", { name: "iki.txt: listeden çıkar" }).click();
  await expect(line("iki")).toHaveCount(0);
});
