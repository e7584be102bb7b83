// The billing details: a company, and a sole trader whose number is masked.
import { control } from "../support/company";
import { type Person, open, signIn, signUp } from "../support/entrance";
import { photograph, test } from "../support/screenshots";

const selim: Person = {
  organisation: "Yıldız Çağrı Merkezi A.Ş.",
  name: "Selim Aydın",
  email: "selim.aydin@yildizcagri.com.tr",
  password: "yaprak deniz kahve lamba",
};

test("billing", async ({ page, mailbox }, info) => {
  await signUp(page, mailbox, selim);
  await signIn(page, selim);
  await open(page, "/settings/billing");
  const choose = async (field: string, search: string, value: string) => {
    await page.locator(`select[name="form[${field}]"] option[value="${value}"]`).waitFor({ state: "attached" });
    const box = page.locator(`input#f-${field}[role=combobox]`);
    await box.fill(search);
    await box.press("Enter");
  };
  await control(page, "legal_title").fill("Yıldız Çağrı Merkezi Anonim Şirketi");
  await control(page, "tax_number").fill("1234567890");
  await choose("office_province", "istanbul", "34");
  await choose("tax_office", "sisli vergi", "Şişli Vergi Dairesi Müdürlüğü");
  await choose("district", "sisli", "Şişli");
  await control(page, "address").fill("Esentepe Mahallesi, Büyükdere Caddesi No: 128");
  await control(page, "postcode").fill("34394");
  await page.locator("button[form=identity]").click();
  await page.locator(".toast-ok").waitFor();
  await open(page, "/settings/billing");
  await photograph(page, "billing", info);
  await page.locator("#plan-panel summary").click();
  await photograph(page, "billing-plan", info);
  await page.locator("#plan-panel summary").click();

  await page.locator("#f-taxpayer-sole_trader").check();
  await control(page, "legal_title").fill("Selim Aydın");
  await control(page, "national_number").fill("10000000146");
  await page.locator("button[form=identity]").click();
  await page.locator(".number-saved").waitFor();
  await open(page, "/settings/billing");
  await photograph(page, "billing-sole-trader", info);
  await page.locator("#preview").evaluate((heading) => heading.scrollIntoView({ block: "start" }));
  await photograph(page, "billing-invoice", info);
});
