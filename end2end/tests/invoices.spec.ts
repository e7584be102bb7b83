// Invoices and credit: a day with a dearer plan becomes an invoice, which is looked at, downloaded and mailed; credit that
// is low. With and without JavaScript, in both languages.
import { control, post, startCompany } from "../support/company";
import { alive, open } from "../support/entrance";
import { expect, expectAccessible, test } from "../support/test";
import { inBothLanguages } from "../support/words";

test.slow();

const BILLING = "/settings/billing";
const IDENTITY = {
  version: "0",
  taxpayer: "company",
  legal_title: "Yıldız Çağrı Merkezi A.Ş.",
  tax_number: "1234567890",
  national_number: "",
  office_province: "34",
  tax_office: "Şişli Vergi Dairesi Müdürlüğü",
  tax_office_name: "",
  province: "34",
  district: "Şişli",
  address: "Büyükdere Caddesi No: 128",
  postcode: "34394",
};

/** A day of Scale with KDV, by the days of the month on the company's clock: 6,990 lira a month, and a fifth more. */
const TOTALS: Record<number, readonly [string, string]> = {
  28: ["299.57", "iki yüz doksan dokuz Türk lirası elli yedi kuruş"],
  29: ["289.24", "iki yüz seksen dokuz Türk lirası yirmi dört kuruş"],
  30: ["279.60", "iki yüz yetmiş dokuz Türk lirası altmış kuruş"],
  31: ["270.58", "iki yüz yetmiş Türk lirası elli sekiz kuruş"],
};
function totalToday(): readonly [string, string] {
  const [year, month] = new Date().toLocaleDateString("sv-SE", { timeZone: "Europe/Istanbul" }).split("-").map(Number);
  return TOTALS[new Date(year!, month!, 0).getDate()]!;
}

inBothLanguages((w) => {
  test("a day with a dearer plan is invoiced, and the invoice stays as it was", async ({ page, mailbox }) => {
    const person = await startCompany(page, mailbox);
    await open(page, BILLING);
    await expect(page.getByRole("heading", { name: w("Henüz fatura yok", "No invoices yet") })).toBeVisible();
    await expectAccessible(page);

    await post(page, BILLING, "billing/change-plan", { plan: "scale" });
    await post(page, BILLING, "billing/change-plan", { plan: "team" });
    await open(page, BILLING);
    const panel = page.locator("#invoices-panel");
    await expect(panel).toContainText(w("Faturanın kime kesileceği henüz belli değil", "We don't know yet whom"));
    await expectAccessible(page);
    // From now on it is known; the next change of the plan, or the next minute, issues.
    await post(page, BILLING, "billing/save-identity", IDENTITY);
    await post(page, BILLING, "billing/change-plan", { plan: "discovery" });
    await open(page, BILLING);
    const [amount, words] = totalToday();
    const total = w(`${amount.replace(".", ",")} ₺`, `₺${amount}`);
    const row = panel.getByRole("row", { name: /AYR\d{13}/ });
    await expect(row).toContainText(total);
    await expect(page.locator("#credit-panel")).toContainText(w(`Ödenecek: ${total}`, `To be paid: ${total}`));

    await control(page, "threshold").fill("az");
    await page.locator("#credit-panel button[type=submit]").click();
    await expect(page.locator("#f-threshold-error")).toContainText(w("Tutarı 1.234,56 gibi yazın", "Write the amount like"));
    await expect(control(page, "threshold")).toHaveValue("az");
    await control(page, "threshold").fill("1000");
    await page.locator("#credit-panel button[type=submit]").click();
    await expect(page.locator("#credit-panel .banner")).toContainText(w("Krediniz azaldı", "Your credit is low"));
    await alive(page);
    await expectAccessible(page);

    await row.getByRole("link", { name: /^AYR\d{13}$/ }).click();
    await page.waitForURL(/\/settings\/billing\/invoices\/AYR\d{13}$/);
    await alive(page);
    const paper = page.getByRole("article");
    await expect(paper).toContainText(w("FATURA", "INVOICE"));
    await expect(paper).toContainText("Yıldız Çağrı Merkezi A.Ş.");
    await expect(paper).toContainText(`yalnız ${words}`);
    await expectAccessible(page);
    for (const language of ["tr", "en"]) {
      const href = await page.locator(`a[href$="language=${language}"]`).getAttribute("href");
      const file = await page.request.get(href!);
      expect(file.headers()["content-type"]).toBe("application/pdf");
      expect((await file.body()).subarray(0, 5).toString()).toBe("%PDF-");
    }
    await page.getByRole("button", { name: w("E-postayla gönder", "Send by e-mail") }).click();
    await expect(page.locator(".toast-ok", { hasText: /gönderildi|sent to/i })).toBeVisible();
    const letter = await mailbox.link(person.email, w("Yeni bir faturanız var", "You have a new invoice"));
    expect(letter).toContain("/settings/billing/invoices/AYR");

    await open(page, "/dashboard");
    await expect(page.locator(".figures")).toContainText(`-${total}`);
    await expectAccessible(page);
  });
});
