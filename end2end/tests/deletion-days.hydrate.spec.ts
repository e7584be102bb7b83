// The seven days of a deletion on the server's own clock, which stands ahead after each restart: mails, restoring, and the end.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { control, startCompany } from "../support/company";
import { type Person, alive, fillLogin, open, signIn } from "../support/entrance";
import { Mailbox } from "../support/mail";
import { Server, postgres } from "../support/server";
import { expect, test as base } from "../support/test";

const COMPANY = "Yıldız Çağrı Merkezi";

for (const database of ["SQLite", "PostgreSQL"] as const) {
  const test = base.extend<object, { server: Server }>({
    server: [
      async ({}, use) => {
        const server = await Server.start(database === "SQLite" ? {} : { AYAR__DATABASE__URL: postgres() });
        await use(server);
        await server.stop();
      },
      { scope: "worker" },
    ],
    mailbox: [async ({ server }, use) => use(new Mailbox(server.mailFolder)), { scope: "worker" }],
  });

  async function remove(page: Page, owner: Person): Promise<void> {
    await open(page, "/settings/data/delete");
    await control(page, "word").fill("DELETE");
    await control(page, "password").fill(owner.password);
    await page.getByRole("button", { name: "Şirketi sil", exact: true }).click();
    await expect(page.getByRole("heading", { name: `${COMPANY} silinecek`, level: 1 })).toBeVisible();
    await alive(page);
  }

  test(`a company waits seven days, comes back whole, and goes when nobody wants it back: ${database}`, async ({
    page,
    mailbox,
    server,
    complaints,
  }) => {
    // Pages of a company that waits; sessions that a later day finds over.
    complaints.expect(/status of 40[13]/);
    const owner = await startCompany(page, mailbox, COMPANY);
    await open(page, "/customers");
    const fold = page.locator("details.more", { hasText: "Müşteri ekle" });
    if ((await fold.getAttribute("open")) === null) await fold.locator("summary").click();
    await control(page, "name").first().fill("Zeynep Işık");
    await control(page, "phone").fill("0532 123 45 67");
    await page.getByRole("button", { name: "Müşteriyi ekle" }).click();
    await expect(page.locator(".toast-ok", { hasText: "Müşteri eklendi." })).toBeVisible();
    await remove(page, owner);
    await mailbox.next(owner.email, "Şirketinizin silinmesi istendi");

    const later = async (days: string) => {
      await page.goto("about:blank");
      await server.restart(page, days);
    };
    await later("+3d");
    await mailbox.next(owner.email, "Şirketiniz yakında silinecek", 60_000);
    await later("+6d");
    await mailbox.next(owner.email, "Şirketiniz yakında silinecek", 60_000);

    // An hour before the end its owner takes the data along and gives it back.
    await later("+6d23h");
    await signIn(page, owner);
    await expect(page.getByRole("heading", { name: `${COMPANY} silinecek`, level: 1 })).toBeVisible();
    await page.getByRole("button", { name: "Dışa aktarmayı hazırla", exact: true }).click();
    await expect(page.getByRole("link", { name: /^İndir/ })).toBeVisible({ timeout: 60_000 });
    await page.getByRole("button", { name: "Geri getir", exact: true }).click();
    await expect(page.locator(".toast-ok", { hasText: "geri getirildi" })).toBeVisible();
    await open(page, "/customers");
    await expect(page.getByText("Zeynep Işık").first()).toBeVisible();

    // Seven days anew; then nothing is left but the certificate.
    await remove(page, owner);
    await later("+13d22h");
    await signIn(page, owner);
    await expect(page.getByRole("heading", { name: `${COMPANY} silinecek`, level: 1 })).toBeVisible();
    await later("+14d");
    const mail = await mailbox.next(owner.email, "Şirketiniz silindi: silme belgesi", 60_000);
    const certificate = /https?:\/\/\S+\/deletion-certificate\/[\w-]+/.exec(mail.text)?.[0];
    const answer = await page.request.get(certificate ?? "there is no link");
    const proof = (await answer.json()) as Record<string, unknown>;
    expect(JSON.stringify(proof)).toContain(COMPANY);
    await open(page, "/login");
    await fillLogin(page, owner.email, owner.password);
    await expect(page.locator(".banner").first()).toBeVisible();
    await expect(page).toHaveURL(/\/login/);
    expect(await left(join(server.folder, "storage"))).toEqual([]);
  });
}

/** Files below a folder. */
async function left(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found.filter((entry) => entry.isFile()).map((entry) => entry.name);
}
