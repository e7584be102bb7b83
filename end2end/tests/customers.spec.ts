// Customers, their lists and a table of them, and the agents who call them. With and without JavaScript, in both languages.
import type { Page } from "@playwright/test";
import { control, startCompany } from "../support/company";
import { alive, open, signIn } from "../support/entrance";
import { accessKey } from "../support/keys";
import { expect, expectAccessible, test } from "../support/test";
import { type Words, inBothLanguages } from "../support/words";

test.slow();

async function expectSaid(page: Page, text: string | RegExp): Promise<void> {
  await expect(page.locator(".toast-ok", { hasText: text })).toBeVisible();
  await alive(page);
}

/** Opens what is folded, unless it is open. */
async function unfold(page: Page, name: string): Promise<void> {
  const fold = page.locator("details.more", { has: page.locator("summary", { hasText: name }) });
  if ((await fold.getAttribute("open")) === null) await fold.locator("summary").click();
}

async function addCustomer(page: Page, w: Words, name: string, phone: string): Promise<void> {
  await open(page, "/customers");
  await unfold(page, w("Müşteri ekle", "Add a customer"));
  await control(page, "name").first().fill(name);
  await control(page, "phone").fill(phone);
  await page.getByRole("button", { name: w("Müşteriyi ekle", "Add the customer") }).click();
}

/** 200 rows as a Turkish spreadsheet writes them, every twentieth of them wrong. */
function table(): Buffer {
  const row = (number: number) => {
    const phone = number % 20 === 7 ? "0532" : `0532 ${String(1_000_000 + number)}`;
    return `Şükrü Iğdır ${number};${phone};kisi${number}@ornek.com;${number % 50 === 3 ? "=1+1" : ""}`;
  };
  return Buffer.from(["Müşteri;Cep Telefonu;E-posta;Not", ...Array.from({ length: 200 }, (_, n) => row(n)), ""].join("\r\n"));
}

inBothLanguages((w) => {
  test("customers are added, found, put on lists and deleted", async ({ page, mailbox }) => {
    await startCompany(page, mailbox);
    await page.getByRole("link", { name: w("Müşteriler", "Customers"), exact: true }).click();
    await page.waitForURL("**/customers");
    await alive(page);
    await expect(page.getByRole("heading", { name: w("Henüz müşteri yok", "No customers yet") })).toBeVisible();
    await expectAccessible(page);

    await addCustomer(page, w, "İnci Şahin", "0532 123 45 67");
    await expectSaid(page, w("Müşteri eklendi.", "The customer was added."));
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("İnci Şahin");
    await expect(control(page, "phone")).toHaveValue("+90 532 123 45 67");
    await expectAccessible(page);
    const address = page.url().split("?")[0]!;

    // The same number, spelled otherwise: whose it is, and nothing typed is lost.
    await addCustomer(page, w, "Başka Biri", "+90 (532) 1234567");
    const taken = w("Bu numarayla kayıtlı bir müşteri zaten var.", "There is a customer with this number already.");
    await expect(page.getByText(taken)).toBeVisible();
    await expect(control(page, "name").first()).toHaveValue("Başka Biri");
    await expect(page.locator(".field-note").getByRole("link", { name: "İnci Şahin" })).toHaveAttribute("href", new URL(address).pathname);
    await expectAccessible(page);

    await open(page, "/customers");
    await page.locator("#new-list-f-name").fill("VIP");
    await page.getByRole("button", { name: w("Liste oluştur", "Make the list") }).click();
    await expectSaid(page, w("Liste oluşturuldu.", "The list was made."));
    await page.locator("#f-q").fill("INCI");
    await page.locator(".filter button").click();
    await page.waitForURL("**/customers?q=INCI**");
    await alive(page);
    const rows = page.locator("tbody tr");
    await expect(rows).toHaveCount(1);
    await rows.getByRole("link", { name: "İnci Şahin" }).click();
    await page.waitForURL(address);
    await alive(page);

    await control(page, "list").selectOption({ label: "VIP" });
    await page.getByRole("button", { name: w("Ekle", "Add"), exact: true }).click();
    await expectSaid(page, w("Müşteri listeye eklendi.", "The customer was put on the list."));
    await expect(page.locator(".on-list")).toHaveText("VIP");
    await control(page, "note").fill("Sabahları aramayın");
    await control(page, "do_not_call").check();
    await page.getByRole("button", { name: w("Kaydet", "Save"), exact: true }).click();
    await expectSaid(page, w("Müşteri kaydedildi.", "The customer was saved."));
    await expectAccessible(page);

    // A call that comes in knows them.
    const key = await accessKey(page, ["calls:write"]);
    const headers = { authorization: `Bearer ${key}` };
    const began = await page.request.post("/api/v1/calls", { headers, data: { direction: "inbound", from: "+905321234567" } });
    const { call } = (await began.json()) as { call: { id: string } };
    await page.request.post(`/api/v1/calls/${call.id}/end`, { headers, data: { outcome: "completed" } });
    await open(page, "/calls");
    await page.locator("tbody tr").getByRole("link", { name: "İnci Şahin" }).click();
    await page.waitForURL(address);
    await alive(page);
    await expect(page.getByRole("region", { name: w("Son çağrılar", "Last calls") })).toContainText(w("Gelen", "Inbound"));
    await page.getByRole("button", { name: w("VIP listesinden çıkar", "Take off VIP") }).click();
    await expectSaid(page, w("Müşteri listeden çıkarıldı.", "The customer was taken off the list."));

    await unfold(page, w("Sil", "Delete"));
    await expect(page.getByText(w("İnci Şahin silinecek.", "İnci Şahin will be deleted."))).toBeVisible();
    await page.getByRole("button", { name: w("Evet, sil", "Yes, delete") }).click();
    await expectSaid(page, w("Müşteri silindi.", "The customer was deleted."));
    await open(page, "/calls");
    await expect(page.locator("tbody tr")).toHaveCount(1);
    await expect(page.locator("tbody tr").getByRole("link", { name: "İnci Şahin" })).toHaveCount(0);
  });

  test("a table of 200 rows is tried out, taken over, and adds nobody twice", async ({ page, mailbox }) => {
    await startCompany(page, mailbox);
    const upload = async () => {
      await open(page, "/customers/import");
      await page.locator("#f-file").setInputFiles({ name: "müşteriler.csv", mimeType: "text/csv", buffer: table() });
      await page.getByRole("button", { name: w("Yükle ve devam et", "Upload and continue") }).click();
      await page.waitForURL(/\/customers\/import\/[0-9a-f-]{36}/);
      await alive(page);
    };
    await open(page, "/customers/import");
    await expectAccessible(page);
    await page.getByRole("button", { name: w("Yükle ve devam et", "Upload and continue") }).click();
    await expect(page.getByText(w("Bir dosya seçin.", "Choose a file."))).toBeVisible();
    await expectAccessible(page);

    await upload();
    await expect(control(page, "name")).toHaveValue("0");
    await expect(control(page, "phone")).toHaveValue("1");
    await expectAccessible(page);
    await control(page, "new_list").fill("Yaz");
    await control(page, "phone").selectOption("0");
    await page.getByRole("button", { name: w("Deneyin", "Try it out") }).click();
    await expect(page.locator("[aria-invalid=true]").first()).toBeVisible();
    await expect(control(page, "new_list")).toHaveValue("Yaz");
    await control(page, "phone").selectOption("1");
    await page.getByRole("button", { name: w("Deneyin", "Try it out") }).click();

    const figure = (name: string) => page.locator(".figure", { hasText: name }).locator("dd");
    await expect(figure(w("Yeni müşteri", "New customers"))).toHaveText("190");
    await alive(page);
    await expect(figure(w("Hatalı satır", "Rows with errors"))).toContainText("10");
    await expect(page.locator("tbody tr").first()).toContainText("9");
    await expect(page.locator("tbody tr").first()).toContainText(w("Bu numara eksik görünüyor.", "This number looks incomplete."));
    await expectAccessible(page);
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: w("Hatalı satırları indir", "Download rows with errors") }).click();
    expect((await download).suggestedFilename()).toBe("ayar-import-errors.csv");

    await page.getByRole("button", { name: w("190 müşteriyi aktar", "Import 190 customers") }).click();
    await expect(page.getByRole("heading", { name: w("Aktarım tamamlandı", "The import is complete") })).toBeVisible();
    await alive(page);
    await expect(figure(w("Eklendi", "Added"))).toHaveText("190");
    await expectAccessible(page);

    await upload();
    await page.getByRole("button", { name: w("Deneyin", "Try it out") }).click();
    await expect(figure(w("Zaten kayıtlı", "Known already"))).toContainText("190");
    await alive(page);
    await page.getByRole("button", { name: w("190 müşteriyi aktar", "Import 190 customers") }).click();
    await expect(figure(w("Eklendi", "Added"))).toHaveText("0");

    await open(page, "/customers");
    await page.locator("#f-list").selectOption({ label: "Yaz" });
    await page.locator(".filter button").click();
    await page.waitForURL("**list=**");
    await alive(page);
    await expect(page.locator("tbody tr")).toHaveCount(50);
    await expectAccessible(page);
    await page.getByRole("link", { name: w("Sonrakiler", "Next") }).click();
    await expect(page.getByRole("link", { name: w("Başa dön", "Back to the start") })).toBeVisible();
  });

  test("an agent is added, changed by two at once, and deleted", async ({ page, mailbox, elsewhere }) => {
    const owner = await startCompany(page, mailbox);
    await page.getByRole("link", { name: w("Temsilciler", "Agents"), exact: true }).click();
    await page.waitForURL("**/agents");
    await alive(page);
    await expect(page.getByRole("heading", { name: w("Henüz temsilci yok", "No agents yet") })).toBeVisible();
    await control(page, "name").fill("Elif");
    await page.getByRole("button", { name: w("Temsilciyi ekle", "Add the agent") }).click();
    await expect(page.locator("#f-greeting-error")).toBeVisible();
    await expectAccessible(page);
    await control(page, "greeting").fill("Merhaba,\nben Elif.");
    await page.getByRole("button", { name: w("Temsilciyi ekle", "Add the agent") }).click();
    await expectSaid(page, w("Temsilci eklendi.", "The agent was added."));
    await expectAccessible(page);
    await page.getByRole("link", { name: "Elif" }).click();
    await page.waitForURL(/\/agents\/[0-9a-f-]{36}/);
    await alive(page);
    await expectAccessible(page);

    // The same person in another browser saves first.
    const other = await elsewhere();
    const save = w("Kaydet", "Save");
    await signIn(other, owner);
    await open(other, page.url());
    await control(other, "name").fill("Elif Hanım");
    await other.getByRole("button", { name: save, exact: true }).click();
    await expect(other.locator(".toast-ok")).toBeVisible();
    await control(page, "greeting").fill("İyi günler.");
    await control(page, "name").fill("Zeynep");
    await page.getByRole("button", { name: save, exact: true }).click();
    await expect(page.locator(".conflict").first()).toContainText("Elif Hanım");
    await expect(control(page, "name")).toHaveValue("Zeynep");
    await expectAccessible(page);
    await page.getByRole("button", { name: save, exact: true }).click();
    await expectSaid(page, w("Temsilci kaydedildi.", "The agent was saved."));
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Zeynep");

    await unfold(page, w("Sil", "Delete"));
    await page.getByRole("button", { name: w("Evet, sil", "Yes, delete") }).click();
    await expectSaid(page, w("Temsilci silindi.", "The agent was deleted."));
    await expect(page.getByRole("heading", { name: w("Henüz temsilci yok", "No agents yet") })).toBeVisible();
  });
});
