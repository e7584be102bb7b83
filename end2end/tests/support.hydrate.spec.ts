// Open pages hear of support by themselves: who has come, and that one's own stay is over.
import type { Page } from "@playwright/test";
import { startCompany } from "../support/company";
import { alive } from "../support/entrance";
import { choose, startStaff } from "../support/staff";
import { expect, test } from "../support/test";

test.slow();

test("an open page hears that support has come and gone, and support that it is out", async ({
  page,
  server,
  mailbox,
  elsewhere,
  complaints,
}) => {
  complaints.expect(/status of 403/);
  const organisation = `Lodos Çağrı ${Date.now()}`;
  await page.clock.install();
  await startCompany(page, mailbox, organisation);
  await page.locator("#f-support_access-allow").check();
  await page.locator("button[form=general]").click();
  await expect(page.locator(".toast-ok", { hasText: "Kaydedildi: Bağlantı izni." })).toBeVisible();
  // Time that goes by on a page at once: longer than it waits between two looks.
  const wait = (tab: Page) => tab.clock.fastForward(16_000);
  const banner = page.getByText("Destek ekibi içeride: Deniz Kara");
  await expect(banner).toHaveCount(0);

  const desk = await elsewhere();
  await desk.clock.install();
  await startStaff(desk, server);
  await choose(desk, organisation);
  await desk.locator("#f-reason").fill("Mesai saatlerine birlikte bakıyoruz.");
  await desk.getByRole("button", { name: "Gir", exact: true }).click();
  await desk.waitForURL("**/settings/general?saved=support/enter");
  await alive(desk);

  // Nobody touches either page.
  await wait(page);
  await expect(banner).toBeVisible();
  // What is typed stays, and so does the button that somebody is reaching for.
  await page.locator("#f-name").fill("Lodos ve Ortakları");
  const end = page.locator(".banner").getByRole("button", { name: "Şimdi bitir" });
  await end.focus();
  await Promise.all([page.waitForResponse(/support\/watch/), wait(page)]);
  await expect(end).toBeFocused();
  await end.click();
  await expect(banner).toHaveCount(0);
  await expect(page.locator("#f-name")).toHaveValue("Lodos ve Ortakları");
  await wait(desk);
  await expect(desk.getByRole("heading", { level: 1, name: "Bir şirketin içinde değilsiniz" })).toBeVisible();
});
