// Every page as people see it, with the company of `ayar demo`. One server per variant; what a page needs (a mailed
// link, a refused form) is made here the way a person would make it.
import { type Page, expect, test as base } from "@playwright/test";
import { fileURLToPath } from "node:url";
import { Mailbox } from "../support/mail";
import { photograph, variantOf } from "../support/screenshots";
import { Server } from "../support/server";

const photo = fileURLToPath(new URL("../fixtures/phone-photo.jpg", import.meta.url));

type Demo = { server: Server; mailbox: Mailbox; email: string; password: string };

const test = base.extend<{ owner: Page }, { demo: Demo }>({
  demo: [
    async ({}, use) => {
      const server = await Server.start();
      const printed = await server.run("demo");
      const read = (name: string) => new RegExp(`^\\s*${name}\\s+(\\S+)$`, "m").exec(printed)?.[1] ?? "";
      await use({ server, mailbox: new Mailbox(server.mailFolder), email: read("e-mail"), password: read("password") });
      await server.stop();
    },
    { scope: "worker" },
  ],
  baseURL: async ({ demo }, use) => use(demo.server.origin),
  /** Somebody who is signed in, in the language of the variant. */
  owner: async ({ page, demo }, use, info) => {
    await open(page, "/login");
    await page.locator("[name='form[email]']").fill(demo.email);
    await page.locator("[name='form[password]']").fill(demo.password);
    await page.locator(".entrance-card button[type=submit]").click();
    await expect(page).toHaveURL(/\/settings\/general$/);
    const { language } = variantOf(info);
    if ((await page.locator("html").getAttribute("lang")) !== language) {
      await alive(page);
      await page.locator(".topbar .menu > summary").last().click();
      await page.locator(`.topbar button[value=${language}]`).click();
      await expect(page.locator("html")).toHaveAttribute("lang", language);
    }
    await use(page);
  },
});

async function alive(page: Page): Promise<void> {
  await expect(page.locator("html")).toHaveAttribute("data-live", "");
}

async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await alive(page);
}

test("login", async ({ page }, info) => {
  await open(page, "/login");
  await photograph(page, "login", info);
});

test("login, refused", async ({ page, demo }, info) => {
  await open(page, "/login");
  await page.locator("[name='form[email]']").fill(demo.email);
  await page.locator("[name='form[password]']").fill("yanlış parola");
  await page.locator(".entrance-card button[type=submit]").click();
  await expect(page.locator(".banner")).toBeVisible();
  await photograph(page, "login-refused", info);
});

test("signup", async ({ page }, info) => {
  await open(page, "/signup");
  await page.locator("[name='form[organisation]']").fill("Kuzey Destek Hizmetleri");
  await page.locator("[name='form[name]']").fill("Deniz Aksoy");
  await page.locator("[name='form[email]']").fill("deniz@kuzeydestek.com.tr");
  await page.locator("[name='form[password]']").fill("yaprak deniz kahve lamba");
  await expect(page.locator(".meter")).toContainText(/Çok güçlü|Very strong/);
  await photograph(page, "signup", info);
});

test("signup, refused", async ({ page }, info) => {
  await open(page, "/signup");
  await page.locator("[name='form[email]']").fill("deniz@");
  await page.locator("[name='form[password]']").fill("şifre123");
  await page.locator(".entrance-card button[type=submit]").click();
  await expect(page.locator("[aria-invalid=true]").first()).toBeFocused();
  await photograph(page, "signup-refused", info);
});

test("verify", async ({ page, demo }, info) => {
  await open(page, "/signup");
  await page.locator("[name='form[organisation]']").fill("Kuzey Destek Hizmetleri");
  await page.locator("[name='form[name]']").fill("Deniz Aksoy");
  await page.locator("[name='form[email]']").fill("deniz@kuzeydestek.com.tr");
  await page.locator("[name='form[password]']").fill("yaprak deniz kahve lamba");
  await page.locator(".entrance-card button[type=submit]").click();
  await expect(page).toHaveURL(/\/verify\?sent=1$/);
  await photograph(page, "verify-sent", info);

  await open(page, await demo.mailbox.link("deniz@kuzeydestek.com.tr"));
  await photograph(page, "verify", info);
});

test("forgot and reset", async ({ page, demo }, info) => {
  await open(page, "/forgot");
  await page.locator("[name='form[email]']").fill(demo.email);
  await photograph(page, "forgot", info);

  await page.locator(".entrance-card button[type=submit]").click();
  await expect(page).toHaveURL(/\/forgot\?sent=1$/);
  await open(page, await demo.mailbox.link(demo.email));
  await photograph(page, "reset", info);

  await open(page, "/reset?token=abcdefghijklmnopqrstuvwxyz");
  await photograph(page, "reset-spent", info);
});

test("general", async ({ owner: page }, info) => {
  await open(page, "/settings/general");
  await photograph(page, "general", info);

  await page.locator("#place").scrollIntoViewIfNeeded();
  await page.locator("#support").evaluate((heading) => heading.scrollIntoView({ block: "center" }));
  await photograph(page, "general-place", info);
});

test("general, refused", async ({ owner: page }, info) => {
  await open(page, "/settings/general");
  await page.locator("[name='form[name]']").fill("");
  await page.locator("[name='form[phone]']").fill("0212 555");
  await page.locator(".page-actions button[type=submit]").click();
  await expect(page.locator("[name='form[name]']")).toBeFocused();
  await photograph(page, "general-refused", info);
});

test("crop", async ({ owner: page }, info) => {
  await open(page, "/settings/general");
  await page.locator("#photo-file").setInputFiles(photo);
  await expect(page.locator(".crop-stage")).toBeVisible();
  await page.locator(".crop-stage").focus();
  await page.keyboard.press("+");
  await photograph(page, "crop", info);
});

test("hours", async ({ owner: page }, info) => {
  await open(page, "/settings/hours");
  await photograph(page, "hours", info);

  await page.locator(".special-head").first().click();
  await page.locator("#specials").evaluate((heading) => heading.scrollIntoView({ block: "center" }));
  await photograph(page, "hours-special-days", info);
});

test("hours, refused", async ({ owner: page }, info) => {
  await open(page, "/settings/hours");
  await page.locator("[name='form[days][0][intervals][1][start]']").fill("11:00");
  await page.locator("[name='form[days][2][intervals][0][end]']").fill("25:00");
  await page.locator(".page-actions button[type=submit]").click();
  await expect(page.locator("[aria-invalid=true]").first()).toBeFocused();
  await photograph(page, "hours-refused", info);
});

test("menus", async ({ owner: page }, info) => {
  await open(page, "/settings/hours");
  await page.locator(".topbar .menu > summary").last().click();
  await photograph(page, "account-menu", info);

  if (variantOf(info).width === 390) {
    await open(page, "/settings/hours");
    await page.locator("[popovertarget=navigation]").first().click();
    await photograph(page, "navigation", info);
  }
});

test("not found", async ({ page }, info) => {
  await open(page, "/settings");
  await page.goto("/nowhere");
  await photograph(page, "not-found", info);
});
