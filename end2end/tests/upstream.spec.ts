// The platform that places calls: tried out, used, changed with a way back, removed; and the recording of a call. With and
// without JavaScript, in both languages. The platform is the sandbox, a process of its own.
import { type Locator, type Page } from "@playwright/test";
import { control, startCompany } from "../support/company";
import { alive, open } from "../support/entrance";
import { accessKey } from "../support/keys";
import { Sandbox } from "../support/sandbox";
import { tone } from "../support/sound";
import { expect, expectAccessible, hasJavaScript, test } from "../support/test";
import { type Words, inBothLanguages } from "../support/words";

test.slow();

const KEYS = "/settings/keys";
const FIRST = "sk_live_first_aaaa1111";
const SECOND = "sk_live_second_bbbb2222";

function panelOf(page: Page): Locator {
  return page.locator("section.upstream");
}

/** Types an address and a key, and has them tested. */
async function tryOut(page: Page, address: string, key: string): Promise<void> {
  const fold = panelOf(page).locator("details", { has: control(page, "address") });
  if ((await fold.getAttribute("open")) === null) await fold.locator("summary").click();
  await control(page, "address").fill(address);
  await control(page, "secret").fill(key);
  await fold.locator("button[type=submit]").click();
}

async function expectSaid(page: Page, text: string): Promise<void> {
  await expect(page.locator(".toast-ok", { hasText: text }).last()).toBeVisible();
  await alive(page);
}

async function press(name: string, within: Locator): Promise<void> {
  await within.getByRole("button", { name, exact: true }).last().click();
}

inBothLanguages((w: Words) => {
  test("a platform is tried out, used, changed with a way back, and removed", async ({ page, mailbox, server }) => {
    await startCompany(page, mailbox);
    let sandbox = await Sandbox.start(server, [FIRST, SECOND]);
    try {
      await open(page, KEYS);
      const panel = panelOf(page);
      await expect(panel).toContainText(w("Bağlı değil", "Not connected"));
      await expectAccessible(page);

      await tryOut(page, "https://10.0.0.7/api", FIRST);
      await expect(page.locator("#f-address-error")).toContainText(w("Bu adrese bağlanmıyoruz", "We don’t connect to this address"));
      await expect(control(page, "address")).toHaveValue("https://10.0.0.7/api");
      await expect(control(page, "address")).toBeFocused();

      await tryOut(page, sandbox.address, "sk_live_of_nobody");
      const trial = panel.locator(".upstream-trial");
      await expect(trial).toContainText(w("Platform anahtarı kabul etmedi", "The platform did not accept the key"));
      await expect(trial.getByRole("button")).toHaveCount(1);
      await alive(page);
      await expectAccessible(page);

      await tryOut(page, sandbox.address, FIRST);
      await expect(trial).toContainText(w("Bağlantı çalışıyor", "The connection works"));
      await expect(trial).toContainText("Ayar Sandbox");
      await expect(trial.locator(".upstream-has")).toHaveCount(2);
      await expect(trial).toContainText(/\d+ ms/);
      await alive(page);
      if (hasJavaScript()) await expect(trial.getByRole("heading")).toBeFocused();
      await expectAccessible(page);
      await press(w("Bu bağlantıyı kullan", "Use this connection"), trial);
      await expectSaid(page, w("Yeni bağlantı kullanılıyor.", "The new connection is in use."));
      await expect(panel).toContainText("…1111");
      await expect(trial).toHaveCount(0);

      await tryOut(page, sandbox.address, SECOND);
      await expect(trial).toContainText("2222");
      await alive(page);
      await control(page, "fallback").selectOption("week");
      await press(w("Yeni bağlantıya geç", "Switch to the new connection"), trial);
      await expect(panel).toContainText(w("Eski bağlantı hazır bekliyor", "The old connection is on standby"));
      await alive(page);
      await expectAccessible(page);

      // The platform withdraws the new key.
      await sandbox.stop();
      sandbox = await Sandbox.start(server, [FIRST]);
      await press(w("Bağlantıyı sına", "Test connection"), panel.locator("form", { has: page.locator("use[href*=rotate-cw]") }));
      const back = w("Yeni anahtar reddedildi, eski bağlantıya dönüldü", "The new key was refused; the old connection is back");
      await expect(panel).toContainText(back);
      await expect(panel).toContainText("…1111");
      await alive(page);
      await expectAccessible(page);

      await panel.locator("summary", { hasText: w("Bağlantıyı kaldır", "Remove the connection") }).click();
      await press(w("Bağlantıyı kaldır", "Remove the connection"), panel);
      await expectSaid(page, w("Bağlantı kaldırıldı.", "The connection was removed."));
      await expect(panel).toContainText(w("Bağlı değil", "Not connected"));
      await open(page, "/settings/audit");
      await expect(page.locator(".trail")).toContainText(
        w("Platformun eski bağlantısına dönüldü", "The platform’s earlier connection was taken back"),
      );
      for (const key of [FIRST, SECOND]) expect(await page.content()).not.toContain(key);
    } finally {
      await sandbox.stop();
    }
  });
});

test("the recording of a call is heard on its page and saved as a file", async ({ page, mailbox }) => {
  await startCompany(page, mailbox);
  const headers = { authorization: `Bearer ${await accessKey(page, ["calls:write"])}` };
  const begun = await page.request.post("/api/v1/calls", { headers, data: { direction: "inbound" } });
  const id = (await begun.json()).call.id as string;
  await page.request.post(`/api/v1/calls/${id}/end`, { headers, data: { outcome: "completed" } });
  const saved = await page.request.put(`/api/v1/calls/${id}/recording`, { headers, data: tone(4) });
  expect((await saved.json()).recording).toEqual({ content_type: "audio/wav", bytes: 64_044, seconds: 4 });
  await open(page, `/calls/${id}`);
  const player = page.locator("audio");
  await expect(player).toHaveAttribute("preload", "none");
  await expect(page.getByText("4 sn · 0,1 MB")).toBeVisible();
  await expectAccessible(page);
  if (hasJavaScript()) {
    const part = page.waitForResponse(`**/files/recording/${id}`);
    await player.evaluate((audio: HTMLAudioElement) => {
      audio.muted = true;
      return audio.play();
    });
    expect((await part).status()).toBe(206);
    await expect.poll(() => player.evaluate((audio: HTMLAudioElement) => audio.duration)).toBe(4);
  }
  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "İndir" }).click();
  expect((await downloading).suggestedFilename()).toMatch(new RegExp(`^\\d{4}-\\d\\d-\\d\\d-${id}\\.wav$`));
});
