// The audit trail: what changed, in words; the filter in the address; the files. With and without JavaScript.
import { readFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";
import { control, hire, startCompany } from "../support/company";
import { alive, open, signIn } from "../support/entrance";
import { expect, expectAccessible, test } from "../support/test";

/** Gives the company another name on its page. */
async function rename(page: Page, name: string): Promise<void> {
  await open(page, "/settings/general");
  await control(page, "name").fill(name);
  await page.locator('button[form="general"]').click();
  await expect(page.locator(".toast-ok")).toBeVisible();
  await alive(page);
}

function entries(page: Page): Locator {
  return page.locator(".trail > li");
}

/** Chooses in the filter and asks. */
async function ask(page: Page, choose: () => Promise<unknown>): Promise<void> {
  await choose();
  await page.getByRole("button", { name: "Süz", exact: true }).click();
  await page.waitForURL("**/settings/audit?*");
  await alive(page);
}

test("an entry opens into what changed, from what to what", async ({ page, mailbox }) => {
  const owner = await startCompany(page, mailbox);
  await rename(page, "Kuzey Destek");
  await page.getByRole("navigation").getByRole("link", { name: "Denetim kaydı" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Denetim kaydı" })).toBeVisible();
  await expect(entries(page)).toHaveCount(3);
  await expectAccessible(page);

  const entry = entries(page).first();
  await expect(entry).toContainText("Şirket profilini değiştirdi");
  await expect(entry).toContainText("Ayşe Erdem");
  await entry.locator("summary").click();
  const name = entry.getByRole("row", { name: /^Ad / });
  await expect(name.getByRole("cell")).toHaveText([owner.organisation, "Kuzey Destek"]);
  await expect(entry).toContainText("127.0.0.0/24");
  await expectAccessible(page);
});

test("a change is taken back where nobody changed it since", async ({ page, mailbox }) => {
  const owner = await startCompany(page, mailbox);
  await rename(page, "Kuzey Destek");
  await open(page, "/settings/audit");
  const change = entries(page).first();
  await change.locator("summary").click();
  await change.getByRole("button", { name: "Bu değişikliği geri al" }).click();
  await expect(page.locator(".toast-ok")).toHaveText(/Değişiklik geri alındı\./);
  await alive(page);
  await expect(entries(page)).toHaveCount(4);
  await expect(page.locator(".org-name")).toHaveText(owner.organisation);
  const revert = entries(page).first();
  await revert.locator("summary").click();
  await expect(revert.getByRole("row", { name: /^Ad / }).getByRole("cell")).toHaveText(["Kuzey Destek", owner.organisation]);
  await expectAccessible(page);

  // Now the first change is no longer the last word, and signing in never was one.
  await entries(page).nth(1).locator("summary").click();
  await expect(entries(page).nth(1).getByRole("button", { name: /geri al/ })).toHaveCount(0);
  await open(page, "/settings/general");
  await expect(control(page, "name")).toHaveValue(owner.organisation);
});

test("what is asked for stands in the address, and wrong dates are told at their field", async ({
  page,
  mailbox,
}) => {
  await startCompany(page, mailbox);
  await rename(page, "Kuzey Destek");
  await open(page, "/settings/audit");
  await ask(page, () => page.getByLabel("Sayfa", { exact: true }).selectOption("general"));
  await expect(entries(page)).toHaveCount(1);
  expect(new URL(page.url()).searchParams.get("room")).toBe("general");
  await expect(page.getByLabel("Sayfa", { exact: true })).toHaveValue("general");

  await ask(page, async () => {
    await page.getByLabel("Başlangıç").fill("2026-11-24");
    await page.getByLabel("Bitiş").fill("2026-11-23");
  });
  await expect(page.locator("#f-last-error")).toHaveText("Bitiş tarihi başlangıçtan önce olamaz.");
  await expect(page.getByLabel("Başlangıç")).toHaveValue("2026-11-24");
  await expect(entries(page)).toHaveCount(0);
  await expectAccessible(page);

  await ask(page, async () => {
    await page.getByLabel("Başlangıç").fill("");
    await page.getByLabel("Bitiş").fill("2020-01-01");
  });
  await expect(page.getByText("Seçtiklerinize uyan bir kayıt bulunmuyor.")).toBeVisible();
  await page.locator(".empty").getByRole("link", { name: "Süzmeyi kaldır" }).click();
  await expect(entries(page)).toHaveCount(3);
  await expect(page.getByLabel("Bitiş")).toHaveValue("");
});

test("a long trail is turned page by page, forth and back", async ({ page, mailbox, server }) => {
  await startCompany(page, mailbox);
  for (let number = 0; number < 51; number += 1) {
    const version = number + 1;
    const answer = await page.request.post("/api/general/save-profile", {
      headers: { origin: server.origin, accept: "application/json" },
      form: {
        "form[version]": version,
        "form[name]": `Kuzey ${number}`,
        "form[email]": "kuzey@yildiz.example",
        "form[phone]": "",
        "form[website]": "",
        "form[address]": "",
        "form[language]": "tr",
        "form[time_zone]": "Europe/Istanbul",
        "form[support_access]": "deny",
      },
    });
    expect(answer.status()).toBe(200);
  }
  await open(page, "/settings/audit?room=general");
  await expect(entries(page)).toHaveCount(50);
  await page.getByRole("link", { name: "Daha eski" }).click();
  await expect(entries(page)).toHaveCount(1);
  await expect(page.getByRole("link", { name: "Daha eski" })).toHaveCount(0);
  await page.getByRole("link", { name: "Daha yeni" }).click();
  await expect(entries(page)).toHaveCount(50);
  await expect(page.getByRole("link", { name: "Daha yeni" })).toHaveCount(0);
  await page.goBack();
  await expect(entries(page)).toHaveCount(1);
});

test("the file holds what the page shows, and no formula", async ({ page, mailbox }) => {
  await startCompany(page, mailbox);
  await rename(page, "=1+1");
  await open(page, "/settings/audit?room=general");
  const [csv] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "CSV indir" }).click(),
  ]);
  expect(csv.suggestedFilename()).toBe("ayar-audit.csv");
  const rows = (await readFile(await csv.path(), "utf8")).trimEnd().split("\r\n");
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatch(/^\uFEFF"Zaman","Kişi",/);
  const [lines] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "JSON Lines indir" }).click(),
  ]);
  const row = JSON.parse(await readFile(await lines.path(), "utf8")) as { action: string; after: { name: string } };
  expect([row.action, row.after.name]).toEqual(["general.save_profile", "=1+1"]);
});

test("a page says who changed it last and leads to the entries", async ({ page, mailbox }) => {
  await startCompany(page, mailbox);
  await expect(page.locator(".page-last")).toHaveCount(0);
  await rename(page, "Kuzey Destek");
  // Without JavaScript the page was loaded anew; with it the line comes by itself.
  const last = page.locator(".page-last");
  await expect(last).toContainText("Son değiştiren: Ayşe Erdem");
  await last.locator("summary").click();
  await expectAccessible(page);
  // A field leads to the entry that changed it last.
  await last.getByRole("link", { name: /^Ad/ }).click();
  await page.waitForURL("**/settings/audit?room=general&before=*");
  await alive(page);
  await expect(entries(page)).toHaveCount(1);
  await entries(page).first().locator("summary").click();
  await expect(entries(page).first().getByRole("row", { name: /^Ad / })).toContainText("Kuzey Destek");

  await open(page, "/settings/general");
  await last.locator("summary").click();
  await last.getByRole("link", { name: "Sayfanın bütün kayıtları" }).click();
  await page.waitForURL("**/settings/audit?room=general");
  await expect(entries(page)).toHaveCount(1);
});

test("members neither see the trail nor the way to it", async ({ page, mailbox, server, elsewhere, complaints }) => {
  complaints.expect(/status of 403/);
  const owner = await startCompany(page, mailbox);
  await rename(page, "Kuzey Destek");
  const there = await elsewhere();
  const member = await hire(there, mailbox, server, owner, { only: true });
  await signIn(there, member);
  await expect(there.getByRole("link", { name: "Denetim kaydı" })).toHaveCount(0);
  await expect(there.locator(".page-last")).toHaveCount(0);
  const answer = await there.goto("/settings/audit");
  expect(answer?.status()).toBe(403);
  expect(await answer?.text()).not.toContain("Kuzey Destek</td>");
  for (const file of ["audit.csv", "audit.jsonl"]) {
    expect((await there.request.get(`/files/${file}`)).status()).toBe(403);
  }
});

test("it fits a phone", async ({ page, mailbox }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await startCompany(page, mailbox);
  await rename(page, "Kuzey Destek");
  await open(page, "/settings/audit");
  await entries(page).first().locator("summary").click();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  expect(wide).toBe(false);
  await expectAccessible(page);
});
