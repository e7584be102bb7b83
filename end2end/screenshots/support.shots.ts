// Support access as both sides see it.
import { type Page, expect, test as base } from "@playwright/test";
import { open, signIn, signUp } from "../support/entrance";
import { Mailbox } from "../support/mail";
import { photograph, variantOf } from "../support/screenshots";
import { Server } from "../support/server";
import { startStaff } from "../support/staff";

const test = base.extend<object, { server: Server; mailbox: Mailbox }>({
  server: [
    async ({}, use) => {
      const server = await Server.start();
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
  mailbox: [async ({ server }, use) => use(new Mailbox(server.mailFolder)), { scope: "worker" }],
  baseURL: async ({ server }, use) => use(server.origin),
});

const organisation = "Yıldız Çağrı Merkezi A.Ş.";

/** The language of the variant, for somebody whose own choice is none yet. */
async function speak(page: Page, language: string): Promise<void> {
  if ((await page.locator("html").getAttribute("lang")) === language) return;
  await page.locator(".topbar .menu > summary").last().click();
  await page.locator(`.topbar button[value=${language}]`).click();
  await expect(page.locator("html")).toHaveAttribute("lang", language);
}

test("support", async ({ page, browser, server, mailbox }, info) => {
  const { language } = variantOf(info);
  const ayse = { organisation, name: "Ayşe Erdem", email: "ayse@yildiz.example", password: "yaprak deniz kahve lamba" };
  await signUp(page, mailbox, ayse);
  await signIn(page, ayse);
  await speak(page, language);
  await open(page, "/settings/support");
  await photograph(page, "support-record-empty", info);
  await open(page, "/settings/general");
  await page.locator("#f-support_access-allow").check();
  await page.locator("button[form=general]").click();
  await expect(page.locator(".toast-ok")).toBeVisible();
  await page.locator("#support").evaluate((heading) => heading.scrollIntoView({ block: "start" }));
  await photograph(page, "general-support", info);

  const desk = await (await browser.newContext()).newPage();
  await startStaff(desk, server);
  await speak(desk, language);
  await open(desk, "/support?q=yildiz");
  await photograph(desk, "support-desk", info);
  await desk.locator("table a.button").click();
  await desk.locator("#f-reason").waitFor();
  await photograph(desk, "support-enter", info);
  await desk.locator("#f-reason").fill("Mesai saatleri neden kapalı görünüyor, birlikte bakıyoruz.");
  await desk.locator("form:has(#f-reason) button[type=submit]").click();
  await desk.waitForURL("**/settings/general?saved=support/enter");
  await open(desk, "/settings/hours");
  await photograph(desk, "support-inside", info);

  await open(page, "/settings/support");
  await photograph(page, "support-record", info);
  await open(page, "/settings/hours");
  await photograph(page, "support-banner", info);
  await desk.context().close();
});
