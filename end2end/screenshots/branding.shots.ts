// The page of the logo: empty, cropping, saved.
import { expect } from "@playwright/test";
import { startCompany } from "../support/company";
import { open } from "../support/entrance";
import { logo } from "../support/logos";
import { photograph, test, variantOf } from "../support/screenshots";

test("branding", async ({ page, mailbox }, info) => {
  await startCompany(page, mailbox, "Yıldız Çağrı Merkezi A.Ş.");
  const { language } = variantOf(info);
  if ((await page.locator("html").getAttribute("lang")) !== language) {
    await page.locator(".topbar .menu > summary").last().click();
    await page.locator(`.topbar button[value=${language}]`).click();
    await expect(page.locator("html")).toHaveAttribute("lang", language);
  }
  await open(page, "/settings/branding");
  await photograph(page, "branding-empty", info);

  await page.locator("#logo-file").setInputFiles(logo(1200, 500));
  await expect(page.locator(".crop-stage")).toBeVisible();
  await photograph(page, "branding-crop", info);
  await page.locator(".dialog-crop .button-primary").click();
  await expect(page.locator(".logo-shown")).toBeVisible();
  await photograph(page, "branding", info);
  await page.locator("#preview").evaluate((heading) => heading.scrollIntoView({ block: "start" }));
  await photograph(page, "branding-preview", info);
});
