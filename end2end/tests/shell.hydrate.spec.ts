// What keeps a page alive that is older than its server.
import { startCompany } from "../support/company";
import { alive, open } from "../support/entrance";
import { expect, test } from "../support/test";

for (const [what, file] of [
  ["chunk", /\/pkg\/split\w*members_piece/],
  ["style sheet", /\/pkg\/members\.[^/]*\.css/],
] as const) {
  test(`a ${what} that is gone loads the page that was asked for from the server`, async ({ page, mailbox, complaints }) => {
    complaints.expect(/status of 404|load callback should succeed|RuntimeError: unreachable|status code is not ok/);
    await startCompany(page, mailbox);
    await page.evaluate(() => ((window as unknown as { kept: boolean }).kept = true));
    let gone = 0;
    await page.route(file, async (route) => {
      gone += 1;
      if (gone > 1) return route.continue();
      return route.fulfill({ status: 404, body: "" });
    });
    await page.getByRole("navigation").getByRole("link", { name: "Üyeler" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Üyeler");
    await expect(page).toHaveURL(/\/settings\/members$/);
    await expect.poll(() => page.evaluate(() => (window as unknown as { kept?: boolean }).kept), "loaded anew").toBeUndefined();
    await alive(page);
    expect(gone).toBeGreaterThan(0);
    await expect(page.getByRole("table").first()).toBeVisible();
  });
}

test("a page that one goes to waits for its style", async ({ page, mailbox }) => {
  await startCompany(page, mailbox);
  await open(page, "/settings/general");
  const sheet = page.locator("link[href*='/pkg/billing.']");
  await expect(sheet).toHaveCount(0);
  await page.route(/\/pkg\/billing\.[^/]*\.css/, async (route) => {
    await new Promise((later) => setTimeout(later, 500));
    return route.continue();
  });
  const rooms = page.getByRole("navigation");
  await rooms.getByRole("link", { name: "Fatura bilgileri" }).click();
  const first = await page.waitForFunction(() => {
    const billing = document.querySelector(".billing");
    return billing && getComputedStyle(billing).display;
  });
  expect(await first.jsonValue(), "as it was first seen").toBe("grid");
  await rooms.getByRole("link", { name: "Genel" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Genel");
  await rooms.getByRole("link", { name: "Fatura bilgileri" }).click();
  await expect(page.locator(".billing")).toBeVisible();
  await expect(sheet, "asked for once").toHaveCount(1);
});

test("what brings a page to life waits until the page was seen", async ({ page }) => {
  const pieces = /<link [^>]*\.wasm[^>]*>/g;
  const asSent = (await (await page.request.get("/login")).text()).match(pieces) ?? [];
  expect(asSent.length).toBeGreaterThan(0);
  for (const link of asSent) expect(link).toContain('media="not all"');
  await page.goto("/login");
  await alive(page);
  const loaded = page.locator("link[href$='.wasm'][media='all']");
  await expect(loaded).toHaveCount(asSent.length);
});

test("a page that the server has drawn asks it nothing again", async ({ page, mailbox }) => {
  await startCompany(page, mailbox);
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/api/")) asked.push(new URL(request.url()).pathname);
  });
  for (const path of ["/settings/general", "/settings/hours", "/settings/billing", "/dashboard"]) {
    await open(page, path);
    await page.waitForLoadState("networkidle");
  }
  expect(asked).toEqual([]);
});

test("what somebody has begun to type stays when the Wasm does not arrive", async ({ page, complaints }) => {
  complaints.expect(/ERR_FAILED|ERR_CONNECTION_RESET/);
  let go = () => {};
  const held = new Promise<void>((free) => (go = free));
  let tried = 0;
  await page.route(/\/pkg\/ayar\.[^/]*\.wasm/, async (route) => {
    tried += 1;
    await held;
    await route.abort();
  });
  await page.goto("/login", { waitUntil: "domcontentloaded" });
  const email = page.getByLabel("E-posta");
  await email.fill("ayse@yildiz.example");
  const failed = page.waitForEvent("requestfailed", (request) => request.url().endsWith(".wasm"));
  go();
  await failed;
  // Longer than a page needs that loads anew at once.
  await page.waitForTimeout(500);
  expect(tried, "not loaded anew").toBe(1);
  await expect(email).toHaveValue("ayse@yildiz.example");
});
