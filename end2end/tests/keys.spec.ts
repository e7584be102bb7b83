// Access keys: made, shown once, rolled, revoked. With and without JavaScript.
import type { Locator, Page } from "@playwright/test";
import { control, hire, startCompany } from "../support/company";
import { alive, open, signIn } from "../support/entrance";
import { expect, expectAccessible, hasJavaScript, test } from "../support/test";
import { type Words, inBothLanguages } from "../support/words";

test.slow();

const KEYS = "/settings/keys";

/** Fills the form in, whatever was in it, and sends it. */
async function create(page: Page, w: Words, name: string, kind?: string): Promise<void> {
  await open(page, KEYS);
  await unfold(page);
  await page.getByLabel(w("Ad", "Name"), { exact: true }).fill(name);
  if (kind) await page.getByRole("radio", { name: kind }).check();
  for (const scope of ["calls:read", "slots:read"]) await page.getByRole("checkbox", { name: scope }).check();
  await page.getByRole("button", { name: w("Anahtarı oluştur", "Create the key"), exact: true }).click();
}

/** Opens the form, which is open where there is no key yet. */
async function unfold(page: Page): Promise<void> {
  const fold = page.locator(".keys-new details");
  if ((await fold.getAttribute("open")) === null) await fold.locator("summary").click();
}

async function expectSaid(page: Page, text: string | RegExp): Promise<void> {
  await expect(page.locator(".toast-ok", { hasText: text })).toBeVisible();
  await alive(page);
}

function ready(page: Page, w: Words, name: string): Locator {
  return page.getByRole("region", { name: w(`“${name}” anahtarı hazır`, `The key “${name}” is ready`) });
}

/** The token that stands there now. */
async function tokenIn(panel: Locator): Promise<string> {
  const token = await panel.locator(".key-secret-text").first().innerText();
  expect(token).toMatch(/^ayar_[A-Za-z0-9_-]{43}$/);
  return token;
}

/** Opens what can be done with a key; gives the card. */
async function actionsFor(page: Page, w: Words, name: string): Promise<Locator> {
  const spoken = w(`${name} anahtarı için işlemler`, `Actions for the key ${name}`);
  await page.getByRole("button", { name: spoken }).click();
  return page.getByRole("dialog", { name: spoken });
}

inBothLanguages((w) => {
  test("a key is made, shown once, rolled and revoked", async ({ page, mailbox, server }) => {
    await startCompany(page, mailbox);
    await open(page, "/settings/general");
    await page.getByRole("link", { name: w("Erişim anahtarları", "Access keys") }).first().click();
    await page.waitForURL(`**${KEYS}`);
    await alive(page);
    await expect(page.getByRole("heading", { name: w("Henüz anahtar yok", "No keys yet") })).toBeVisible();
    await expectAccessible(page);

    await create(page, w, "Santral");
    await expectSaid(page, w("Anahtar oluşturuldu.", "The key was created."));
    const panel = ready(page, w, "Santral");
    const token = await tokenIn(panel);
    const curl = `curl -H "Authorization: Bearer ${token}" ${server.origin}/api/v1/slots`;
    await expect(panel.locator(".key-secret-text").nth(1)).toHaveText(curl);
    await expect(panel.getByRole("button", { name: w(/ kopyala$/, /^Copy /) })).toHaveCount(hasJavaScript() ? 2 : 0);
    if (hasJavaScript()) await expect(panel.getByRole("heading")).toBeFocused();
    const row = page.getByRole("row", { name: "Santral" });
    await expect(row).toContainText(`${token.slice(0, 11)}…`);
    await expect(row).toContainText("calls:read");
    await expect(row).toContainText(w("Hiç kullanılmadı", "Not used yet"));
    await expectAccessible(page);
    expect(page.url()).not.toContain(token);

    // A reload does not lose it; closing it does, for ever.
    await open(page, KEYS);
    expect(await tokenIn(panel)).toBe(token);
    await page.getByRole("button", { name: w("Kopyaladım, kapat", "I have copied it, close") }).click();
    await expectSaid(page, w("Anahtar artık gösterilmiyor.", "The key is no longer shown."));
    await expect(panel).toHaveCount(0);
    await open(page, KEYS);
    await expect(panel).toHaveCount(0);
    expect(await page.content()).not.toContain(token.slice(11));

    let card = await actionsFor(page, w, "Santral");
    await card.getByText(w("Yenile", "Roll"), { exact: true }).click();
    await expectAccessible(page);
    await card.getByRole("button", { name: w("Eskisi 24 saat daha çalışsın", "Keep the old one for 24 hours") }).click();
    await expectSaid(page, w(/yenilendi/, /was rolled/));
    const rolled = await tokenIn(panel);
    expect(rolled).not.toBe(token);
    await expect(row).toContainText(`${rolled.slice(0, 11)}…`);
    await expect(row).toContainText(w("Eski anahtar", "Old key works until"));
    await expectAccessible(page);

    card = await actionsFor(page, w, "Santral");
    await card.getByText(w("İptal et", "Revoke"), { exact: true }).click();
    await expect(card.getByText(w("Geri alınamaz.", "This can’t be undone."))).toBeVisible();
    await card.getByRole("button", { name: w("Anahtarı iptal et", "Revoke the key") }).click();
    await expectSaid(page, w(/iptal edildi/, /was revoked/));
    await expect(row).toHaveCount(0);
    await expect(panel).toHaveCount(0);
    await page.getByText(w("Son 30 günde bitenler (1)", "Ended in the last 30 days (1)")).click();
    await expect(page.getByRole("listitem").filter({ hasText: "Santral" })).toContainText(w("İptal edildi", "Revoked"));
    await expectAccessible(page);

    await open(page, "/settings/audit");
    for (const act of [
      w("Erişim anahtarı oluşturdu", "Created an access key"),
      w("Bir erişim anahtarını yeniledi", "Rolled an access key"),
      w("Bir erişim anahtarını iptal etti", "Revoked an access key"),
    ]) {
      await expect(page.locator(".trail").getByText(act)).toBeVisible();
    }
    expect(await page.content()).not.toContain("ayar_");
  });

  test("what is missing is said and what was filled in stays", async ({ page, mailbox }) => {
    await startCompany(page, mailbox);
    await open(page, KEYS);
    await page.getByLabel(w("Ad", "Name"), { exact: true }).fill("Santral");
    await page.getByRole("radio", { name: w("Kişisel", "Personal") }).check();
    await control(page, "lifetime").selectOption("365");
    await page.getByRole("button", { name: w("Anahtarı oluştur", "Create the key"), exact: true }).click();
    await expect(page.locator("#f-scopes-error")).toBeVisible();
    await expect(page.getByRole("checkbox").first()).toBeFocused();
    await expect(page.getByLabel(w("Ad", "Name"), { exact: true })).toHaveValue("Santral");
    await expect(page.getByRole("radio", { name: w("Kişisel", "Personal") })).toBeChecked();
    await expect(control(page, "lifetime")).toHaveValue("365");
    await expectAccessible(page);
    await page.getByRole("checkbox", { name: "hours:read" }).check();
    await page.getByRole("button", { name: w("Anahtarı oluştur", "Create the key"), exact: true }).click();
    await expectSaid(page, w("Anahtar oluşturuldu.", "The key was created."));
    await expect(ready(page, w, "Santral")).toContainText("403");

    // The form is closed and empty again.
    await expect(page.locator(".keys-new details")).not.toHaveAttribute("open", "");
    await unfold(page);
    await expect(page.getByLabel(w("Ad", "Name"), { exact: true })).toHaveValue("");
    await page.getByLabel(w("Ad", "Name"), { exact: true }).fill("CRM");
    await page.getByRole("checkbox", { name: "calls:read" }).check();
    await page.getByRole("button", { name: w("Anahtarı oluştur", "Create the key"), exact: true }).click();
    await expect(ready(page, w, "CRM")).toBeVisible();
    await expect(ready(page, w, "Santral")).toHaveCount(0);
  });

  test("members have their own keys, which an administrator sees and ends", async ({
    page,
    mailbox,
    server,
    elsewhere,
  }) => {
    const owner = await startCompany(page, mailbox);
    const there = await elsewhere();
    const member = await hire(there, mailbox, server, owner, { only: true });
    await signIn(there, member);
    await create(page, w, "Santral", w("Şirketin", "The company’s"));
    await expectSaid(page, w("Anahtar oluşturuldu.", "The key was created."));
    // The other browser speaks the company's language.
    await create(there, w, "Betik");
    await expectSaid(there, w("Anahtar oluşturuldu.", "The key was created."));
    await expect(there.getByRole("row", { name: "Betik" })).toBeVisible();
    await expect(there.getByRole("row", { name: "Santral" })).toHaveCount(0);
    await expectAccessible(there);

    await open(page, KEYS);
    await expect(page.getByText(w("2 / 50 anahtar", "2 of 50 keys"))).toBeVisible();
    await expect(page.getByRole("row", { name: "Betik" })).toContainText(member.name);
    const card = await actionsFor(page, w, "Betik");
    await expect(card.getByText(w("Yenile", "Roll"), { exact: true })).toHaveCount(0);
    await card.getByText(w("İptal et", "Revoke"), { exact: true }).click();
    await card.getByRole("button", { name: w("Anahtarı iptal et", "Revoke the key") }).click();
    await expectSaid(page, w(/iptal edildi/, /was revoked/));
    await open(there, KEYS);
    await expect(there.getByRole("row", { name: "Betik" })).toHaveCount(0);
  });
});
