// A campaign from its customers to its last call: the platform is the sandbox, a process of its own. With and without
// JavaScript, in both languages.
import { type Page } from "@playwright/test";
import { control, post, startCompany } from "../support/company";
import { alive, open } from "../support/entrance";
import { accessKey } from "../support/keys";
import { Sandbox } from "../support/sandbox";
import { expect, expectAccessible, hasJavaScript, test } from "../support/test";
import { inBothLanguages } from "../support/words";

test.slow();

const KEY = "sk_live_first_aaaa1111";
const CUSTOMERS = 200;

/** Customers as a Turkish spreadsheet writes them. */
function table(): Buffer {
  const row = (_: unknown, number: number) => `Işıl Güneş ${number};0532 ${1_000_000 + number}`;
  return Buffer.from(["Ad;Telefon", ...Array.from({ length: CUSTOMERS }, row), ""].join("\r\n"));
}

async function importCustomers(page: Page, list: string): Promise<void> {
  await open(page, "/customers/import");
  await page.locator("#f-file").setInputFiles({ name: "müşteriler.csv", mimeType: "text/csv", buffer: table() });
  await page.locator("form:has(#f-file) button[type=submit]").click();
  await page.waitForURL(/\/customers\/import\/[0-9a-f-]{36}/);
  await alive(page);
  const id = new URL(page.url()).pathname.split("/").pop()!;
  await control(page, "new_list").fill(list);
  await page.locator("form:has([name='form[new_list]']) button[type=submit]").click();
  await expect(page.locator(".figure").first()).toContainText(String(CUSTOMERS));
  await alive(page);
  await post(page, `/customers/import/${id}`, "customers/run-import", { import: id });
}

/** Open around the clock. */
async function neverClose(page: Page): Promise<void> {
  await open(page, "/settings/hours");
  const version = await page.locator("input[name='form[version]']").inputValue();
  const fields: Record<string, string> = { version };
  const form = { ...fields };
  for (let day = 0; day < 7; day++) {
    form[`days][${day}][open`] = "true";
    form[`days][${day}][intervals][0][start`] = "00:00";
    form[`days][${day}][intervals][0][end`] = "24:00";
  }
  await post(page, "/settings/hours", "hours/save-hours", form);
}

/** Closed on every day. */
async function neverOpen(page: Page): Promise<void> {
  await open(page, "/settings/hours");
  const version = await page.locator("input[name='form[version]']").inputValue();
  const form: Record<string, string> = { version };
  for (let day = 0; day < 7; day++) form[`days][${day}][intervals][0][start`] = "";
  await post(page, "/settings/hours", "hours/save-hours", form);
}

type Call = { started_at: string; ended_at: string | null };

/** The most calls of the log that ran at the same moment. */
function most(calls: Call[]): number {
  const at = (text: string | null) => (text === null ? Infinity : new Date(text).getTime());
  const running = (moment: number) => calls.filter((call) => at(call.started_at) <= moment && moment < at(call.ended_at)).length;
  return Math.max(0, ...calls.map((call) => running(at(call.started_at))));
}

inBothLanguages((w) => {
  test("a campaign calls no more at once than the plan allows, and speeds up with a greater one", async ({
    page,
    mailbox,
    server,
  }) => {
    await startCompany(page, mailbox);
    await page.getByRole("link", { name: w("Kampanyalar", "Campaigns"), exact: true }).click();
    await page.waitForURL("**/campaigns");
    await alive(page);
    await expect(page.getByRole("heading", { name: w("Henüz kampanya yok", "No campaigns yet") })).toBeVisible();
    await expectAccessible(page);
    await page.getByRole("link", { name: w("Yeni kampanya", "New campaign") }).click();
    await page.waitForURL("**/campaigns/new");
    await alive(page);
    await expect(page.getByRole("heading", { name: w("Önce bir temsilci ekleyin", "Add an agent first") })).toBeVisible();
    await expectAccessible(page);

    await post(page, "/agents", "agents/create-agent", { name: "Elif", language: "tr", greeting: "Merhaba, ben Elif.", number: "" });
    await importCustomers(page, "Kasım");
    await post(page, "/settings/billing", "billing/change-plan", { plan: "discovery" });
    await neverOpen(page);
    const reading = { authorization: `Bearer ${await accessKey(page, ["calls:read"])}` };
    const sandbox = await Sandbox.start(server, [KEY], await accessKey(page, ["calls:write"]), 20);
    try {
      await open(page, "/campaigns/new");
      // Not connected yet, and two calls at once are few for two hundred customers.
      await expect(page.getByText(w("Santral platformunuz bağlı değil", "Your telephony platform is not connected"))).toBeVisible();
      await expect(page.getByText(w("Discovery planıyla aynı anda 2 çağrı", "2 calls at once with Discovery"))).toBeVisible();
      await expectAccessible(page);
      await control(page, "name").fill("Kasım araması");
      await control(page, "at_once").fill("8");
      const plan = page.getByRole("button", { name: w("Kampanyayı planla", "Plan the campaign") });
      await plan.click();
      const few = w("Planınızın izin verdiğinden fazla çağrı istediniz.", "You asked for more calls than your plan allows.");
      await expect(page.locator("#f-at_once-error")).toHaveText(few);
      await expect(control(page, "name")).toHaveValue("Kasım araması");
      await expect(control(page, "at_once")).toBeFocused();
      await expectAccessible(page);
      await control(page, "sure").check();
      await plan.click();
      await page.waitForURL(/\/campaigns\/[0-9a-f-]{36}/);
      await alive(page);
      const campaign = new URL(page.url()).pathname;
      await expect(page.locator(".toast-ok", { hasText: w("Kampanya planlandı.", "The campaign is planned.") })).toBeVisible();
      await expect(page.locator("h1")).toContainText(w("Mesaiyi bekliyor", "Waiting for opening"));
      await expect(page.getByText(w("8 istendi, aynı anda en çok 2", "8 asked for, at most 2 calls"))).toBeVisible();
      await expectAccessible(page);

      await post(page, "/settings/keys", "upstream/try-upstream", { address: sandbox.address, secret: KEY });
      await post(page, "/settings/keys", "upstream/use-upstream", { fallback: "day" });
      await neverClose(page);

      const log = async (): Promise<Call[]> => {
        const answer = await page.request.get(`/api/v1/calls?limit=100&campaign=${campaign.split("/").pop()}`, { headers: reading });
        return (await answer.json()).calls;
      };
      await expect.poll(async () => (await log()).filter((call) => call.ended_at).length, { timeout: 60_000 }).toBeGreaterThanOrEqual(6);
      expect(most(await log()), "calls at once on Discovery").toBe(2);
      await post(page, "/settings/billing", "billing/change-plan", { plan: "team" });
      await expect.poll(async () => most(await log()), { timeout: 60_000 }).toBeGreaterThanOrEqual(4);
      expect(most(await log()), "calls at once of this campaign").toBeLessThanOrEqual(8);

      await open(page, campaign);
      await expect(page.locator("h1")).toContainText(w("Arıyor", "Calling"));
      const reached = page.locator(".campaign-figure.is-reached dd");
      const before = Number(await reached.textContent());
      expect(before).toBeGreaterThan(0);
      // The page moves by itself.
      if (hasJavaScript()) await expect.poll(async () => Number(await reached.textContent())).toBeGreaterThan(before);
      await expectAccessible(page);
      await page.getByRole("button", { name: w("Duraklat", "Pause"), exact: true }).click();
      await expect(page.locator("h1")).toContainText(w("Duraklatıldı", "Paused"));
      await alive(page);
      await page.getByRole("button", { name: w("Sürdür", "Resume"), exact: true }).click();
      await expect(page.locator("h1")).toContainText(w("Arıyor", "Calling"));
      await alive(page);
      await page.locator("summary", { hasText: w("Durdur", "Stop") }).click();
      await page.getByRole("button", { name: w("Kampanyayı durdur", "Stop the campaign") }).click();
      await expect(page.locator("h1")).toContainText(w("Durduruldu", "Stopped"));
      await alive(page);
      await page.getByRole("link", { name: w("Bu kampanyanın çağrıları", "Calls of this campaign") }).click();
      await page.waitForURL("**/calls?campaign=*");
      await alive(page);
      await expect(page.locator("tbody tr").first()).toContainText("Işıl Güneş");
      await open(page, "/campaigns");
      await expect(page.locator("tbody tr")).toContainText(w("Durduruldu", "Stopped"));
      await expectAccessible(page);
    } finally {
      await sandbox.stop();
    }
  });
});
