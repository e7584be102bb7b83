// Agents, customers, one of them, and a table on its way: with the company of `ayar demo`.
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

const TABLE = `Müşteri;Cep Telefonu;E-posta;Not
Şükrü Iğdır;0532 901 44 10;sukru.igdir@ornekposta.com.tr;Sabah arayın
Çiğdem Öz;0542 901 44 11;;
;0555 901 44 12;;
Uğur Kılıç;0532;ugur@;
İrem Çelik;+90 505 901 44 13;irem.celik@ornekposta.com.tr;
Irmak Su;0532 901 44 10;;
`;

test("customers and agents", async ({ page, demo }, info) => {
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
  await page.request.post("/settings/general?do=shell/choose-language", { form, headers });
  await open("/agents");
  await photograph(page, "agents", info);
  await page.locator("tbody a").first().click();
  await expect(page.locator("#f-greeting")).toBeVisible();
  await photograph(page, "agent", info);
  await open("/customers");
  await photograph(page, "customers", info);
  await page.locator("tbody a").nth(3).click();
  await expect(page.locator("#f-phone")).toBeVisible();
  await photograph(page, "customer", info);
  await open("/customers/import");
  await photograph(page, "import", info);
  await page.locator("#f-file").setInputFiles({ name: "müşteriler.csv", mimeType: "text/csv", buffer: Buffer.from(TABLE) });
  await page.locator("main form button[type=submit]").click();
  await expect(page.locator("#f-new_list")).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("data-live", "");
  await page.locator("#f-new_list").fill("Kış kampanyası");
  await photograph(page, "import-columns", info);
  await page.locator("main form button[type=submit]").click();
  await expect(page.locator("#faults")).toBeVisible();
  await photograph(page, "import-check", info);
  await page.locator(".panel-foot form button[type=submit]").click();
  await expect(page.locator("#done")).toBeVisible();
  await photograph(page, "import-done", info);
});
