// Agents, customers, one of them, and a table on its way: with the company of `ayar demo`.
import { expect } from "@playwright/test";
import { demoTest as test, photograph, visit } from "../support/screenshots";

const TABLE = `Müşteri;Cep Telefonu;E-posta;Not
Şükrü Iğdır;0532 901 44 10;sukru.igdir@ornekposta.com.tr;Sabah arayın
Çiğdem Öz;0542 901 44 11;;
;0555 901 44 12;;
Uğur Kılıç;0532;ugur@;
İrem Çelik;+90 505 901 44 13;irem.celik@ornekposta.com.tr;
Irmak Su;0532 901 44 10;;
`;

test("customers and agents", async ({ page }, info) => {
  const open = (path: string) => visit(page, path);
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
