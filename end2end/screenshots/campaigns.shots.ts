// Campaigns: the list, planning one, and one that waits: with the company of `ayar demo`.
import { expect, test as base } from "@playwright/test";
import { photograph, variantOf } from "../support/screenshots";
import { Server } from "../support/server";

const test = base.extend<object, { demo: { server: Server; email: string; password: string } }>({
  demo: [
    async ({}, use) => {
      const server = await Server.start();
      const printed = await server.run("demo");
      const read = (name: string) => new RegExp(`^\\s*${name}\\s+(\\S+)$`, "m").exec(printed)?.[1] ?? "";
      await use({ server, email: read("e-mail"), password: read("password") });
      await server.stop();
    },
    { scope: "worker" },
  ],
  baseURL: async ({ demo }, use) => use(demo.server.origin),
});

test("campaigns", async ({ page, demo }, info) => {
  const open = async (path: string) => {
    await page.goto(path);
    await expect(page.locator("html")).toHaveAttribute("data-live", "");
  };
  await open("/login");
  await page.locator("[name='form[email]']").fill(demo.email);
  await page.locator("[name='form[password]']").fill(demo.password);
  await page.locator(".entrance-card button[type=submit]").click();
  await expect(page).toHaveURL(/\/settings\/general$/);
  const headers = { "sec-fetch-site": "same-origin" };
  const form = { "form[language]": variantOf(info).language };
  await page.request.post("/settings/general?do=shell/choose-language", { headers, form, maxRedirects: 0 });
  await open("/campaigns");
  await photograph(page, "campaigns", info);
  const campaign = await page.locator("tbody a").first().getAttribute("href");
  await open("/campaigns/new");
  await photograph(page, "campaign-new", info);
  await open(campaign!);
  await photograph(page, "campaign", info);
});
