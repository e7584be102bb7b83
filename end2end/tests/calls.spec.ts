// Calls of a program with an access key: the dashboard, the list, one call, how many run. With and without JavaScript, in
// both languages.
import type { APIRequestContext, Page } from "@playwright/test";
import { hire, startCompany } from "../support/company";
import { alive, open, signIn } from "../support/entrance";
import { accessKey } from "../support/keys";
import { expect, expectAccessible, hasJavaScript, test } from "../support/test";
import { inBothLanguages } from "../support/words";

/** A program that comes with the key. */
class Program {
  constructor(
    private readonly request: APIRequestContext,
    private readonly key: string,
  ) {}

  async post(path: string, data: object, status = 200): Promise<Record<string, any>> {
    const headers = { authorization: `Bearer ${this.key}` };
    const answer = await this.request.post(`/api/v1${path}`, { headers, data });
    expect(answer.status(), await answer.text()).toBe(status);
    return (await answer.json()) as Record<string, any>;
  }

  async start(direction: "inbound" | "outbound", to = "+905325550123"): Promise<string> {
    const started = await this.post("/calls", { direction, to }, 201);
    return started["call"].id as string;
  }
}

async function program(page: Page): Promise<Program> {
  return new Program(page.request, await accessKey(page, ["calls:write", "slots:read"]));
}

inBothLanguages((w) => {
  test("a program's calls stand on the dashboard, in the list and on a page of their own", async ({ page, mailbox }) => {
    await startCompany(page, mailbox);
    await open(page, "/dashboard");
    await expect(page.getByText(w("Bugün henüz çağrı yok.", "No calls yet today."))).toBeVisible();
    await expectAccessible(page);
    await open(page, "/calls");
    await expect(page.getByRole("heading", { name: w("Çağrı yok", "No calls") })).toBeVisible();
    await expectAccessible(page);

    const central = await program(page);
    const [first, second] = [await central.start("outbound"), await central.start("inbound", "")];
    await central.post(`/calls/${first}/end`, { outcome: "completed" });

    await open(page, "/dashboard");
    const figure = (name: string) => page.locator(".figure", { hasText: name }).locator("dd").first();
    await expect(figure(w("Çağrı", "Calls"))).toHaveText("2");
    await expect(figure(w("Yanıtlanan", "Answered"))).toHaveText("1");
    await expect(figure(w("Şu anda süren", "Running now"))).toHaveText("1");
    await page.getByText(w("Tablo olarak göster", "Show as a table")).click();
    await expect(page.locator(".chart-table tbody tr").first()).toBeVisible();
    await expectAccessible(page);

    await page.getByRole("link", { name: w("Bütün çağrılar", "All calls") }).click();
    await expect(page).toHaveURL(/\/calls$/);
    await alive(page);
    const rows = page.locator("tbody tr");
    await expect(rows).toHaveCount(2);
    await expect(rows.first()).toContainText(w("Sürüyor", "Running"));
    await expect(rows.first()).toContainText(w("Gizli numara", "Withheld"));
    await expectAccessible(page);
    await page.locator("#f-outcome").selectOption("completed");
    await page.locator(".filter button").click();
    await expect(page).toHaveURL(/outcome=completed/);
    await expect(rows).toHaveCount(1);
    await rows.getByRole("link").click();
    await expect(page).toHaveURL(new RegExp(`/calls/${first}$`));
    await expect(page.locator(".facts")).toContainText("+90 532 555 01 23");
    await expect(page.getByText(w("Bu çağrının metni yok.", "This call has no transcript."))).toBeVisible();
    await expectAccessible(page);
    await central.post(`/calls/${second}/end`, { outcome: "no_answer" });

    await page.getByRole("navigation").getByRole("link", { name: w("Raporlar", "Reports") }).click();
    await expect(page).toHaveURL(/\/reports$/);
    await alive(page);
    await expect(page.locator("tbody tr")).toHaveCount(1);
    await expect(page.locator("tbody td").nth(0)).toHaveText("1");
    await expectAccessible(page);
    const file = await page.request.get("/files/reports.csv");
    expect(await file.text()).toMatch(/,Europe\/Istanbul,1,1,1,\d+\r\n$/);
  });
});

test("a filter that asks for nonsense says so, and a call of nobody is not there", async ({ page, mailbox, complaints }) => {
  await startCompany(page, mailbox);
  await open(page, "/calls?outcome=eaten");
  await expect(page.locator("#f-outcome-error")).toHaveText("Seçeneklerden birini seçin.");
  complaints.expect(/status of 404/);
  await open(page, "/calls/00000000-0000-0000-0000-000000000000");
  await expect(page.locator("main")).toContainText("Aradığınız şey burada değil.");
});

test("a full plan is seen in billing while it lasts, and slots are kept for inbound calls", async ({ page, mailbox }) => {
  await startCompany(page, mailbox);
  const central = await program(page);
  await open(page, "/settings/billing");
  const panel = page.locator("#slots-panel");
  await expect(panel.locator(".slots-now")).toContainText("0");
  await expect(panel).toContainText("Son dört haftada hiç çağrı olmadı.");
  for (let call = 0; call < 10; call++) await central.start("inbound", "");
  const full = await central.post("/calls", { direction: "inbound" }, 429);
  expect(full["slots"]).toEqual({ limit: 10, reserved: 0, in_use: 10 });
  // The page asks again by itself.
  if (!hasJavaScript()) await open(page, "/settings/billing");
  await expect(panel.locator(".slots-now strong")).toHaveText("10", { timeout: 10_000 });
  await open(page, "/settings/billing");
  await expect(panel.locator("dd").nth(1)).toHaveText("1");
  await expect(panel.locator(".weather td[data-refused]")).toHaveCount(1);
  await expectAccessible(page);

  const reserve = async (number: string) => {
    await panel.locator("#f-reserved").fill(number);
    await panel.getByRole("button", { name: "Ayır" }).click();
  };
  await reserve("10");
  await expect(page.locator("#f-reserved-error")).toContainText("küçük bir sayı");
  await expect(panel.locator("#f-reserved")).toHaveValue("10");
  await reserve("3");
  await expect(page.locator(".toast-ok").last()).toBeVisible();
  await open(page, "/settings/billing");
  await expect(panel.locator("#f-reserved")).toHaveValue("3");
});

test("a member sees the company's calls", async ({ page, mailbox, server, browser }) => {
  const owner = await startCompany(page, mailbox);
  const central = await program(page);
  const call = await central.start("outbound");
  const mehmet = await hire(page, mailbox, server, owner, { only: true });
  const context = await browser.newContext({ baseURL: server.origin, javaScriptEnabled: hasJavaScript(), locale: "tr-TR" });
  const theirs = await context.newPage();
  await signIn(theirs, mehmet);
  await open(theirs, "/calls");
  await expect(theirs.locator("tbody tr")).toHaveCount(1);
  await open(theirs, `/calls/${call}`);
  await expect(theirs.locator(".facts")).toContainText("Giden");
  await context.close();
});
