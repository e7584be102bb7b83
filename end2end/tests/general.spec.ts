// The company's page: everything that works with and without JavaScript.
import type { Page } from "@playwright/test";
import { control, hire, startCompany } from "../support/company";
import { alive, open, signIn } from "../support/entrance";
import { type File, heic, padded, phonePhoto, shownPhoto, tellsTales } from "../support/photos";
import { expect, expectAccessible, hasJavaScript, test } from "../support/test";

const update = (page: Page) => page.locator('button[form="general"]');

/** Saves and waits for the word of success. */
async function save(page: Page): Promise<void> {
  await update(page).click();
  // An earlier word of success may still stand there.
  await expect(page.locator(".toast-ok", { hasText: /^Kaydedildi: / }).last()).toBeVisible();
  await alive(page);
}

async function chooseZone(page: Page, search: string, zone: string): Promise<void> {
  if (hasJavaScript()) {
    const box = page.locator("input[role=combobox]");
    await box.fill(search);
    await box.press("Enter");
  } else {
    await control(page, "time_zone").selectOption(zone);
  }
  await expect(control(page, "time_zone")).toHaveValue(zone);
}

/** Chooses a photo and, where there are scripts, takes the square as it is proposed. */
async function upload(page: Page, file: File): Promise<void> {
  if (hasJavaScript()) await expect(page.locator("button.photo-button")).toBeVisible();
  await page.locator("#photo-file").setInputFiles(file);
  if (hasJavaScript()) {
    await page.getByRole("button", { name: /Fotoğrafı kaydet|Save photo/ }).click();
  } else {
    await page.locator('button[form="photo"]').click();
  }
}

async function remove(page: Page): Promise<void> {
  if (hasJavaScript()) {
    await page.getByRole("button", { name: "Kaldır", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Fotoğraf kaldırılsın mı?" });
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Fotoğrafı kaldır" }).click();
  } else {
    await page.locator(".photo-remove summary").click();
    await page.getByRole("button", { name: "Fotoğrafı kaldır" }).click();
  }
}

test("every field is changed, shown in the shell and found after a restart, in English", async ({
  page,
  mailbox,
  server,
  browser,
}) => {
  await startCompany(page, mailbox);
  await expect(page).toHaveTitle("Genel · Yıldız Çağrı Merkezi · Ayar");
  await expectAccessible(page);

  await upload(page, phonePhoto);
  await expect(page.locator(".topbar .avatar img").first()).toBeVisible();
  await alive(page);
  const photo = await shownPhoto(page, browser);
  expect([photo.width, photo.height]).toEqual([512, 512]);
  expect(photo.corners).toEqual(["red", "green", "blue", "yellow"]);
  expect(tellsTales(phonePhoto.buffer)).toBe(true);
  expect(tellsTales(photo.bytes)).toBe(false);

  await control(page, "name").fill("Kutup Yıldızı A.Ş.");
  await control(page, "email").fill("iletisim@kutup.example");
  await control(page, "phone").fill("+90 212 555 01 23");
  await control(page, "website").fill("kutup.example");
  await control(page, "address").fill("Büyükdere Cad. 1\nŞişli / İstanbul");
  await page.locator("#f-support_access-allow").check();
  await chooseZone(page, "Londra", "Europe/London");
  await save(page);
  await expect(page.locator(".toast-ok").last()).toHaveText(
    "Kaydedildi: Şirket adı, E-posta, Telefon, Web sitesi, Adres, Saat dilimi, Bağlantı izni.",
  );
  await expect(control(page, "phone")).toHaveValue("+90 212 555 01 23");
  await expect(control(page, "website")).toHaveValue("https://kutup.example");
  await expect(page.locator(".topbar .org-name")).toHaveText("Kutup Yıldızı A.Ş.");
  await expect(page).toHaveTitle("Genel · Kutup Yıldızı A.Ş. · Ayar");

  await control(page, "language").selectOption("en");
  await update(page).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page.locator(".toast-ok")).toHaveText("Saved: Language.");

  await server.restart(page);
  await open(page, "/settings/general");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("General");
  for (const [field, value] of Object.entries({
    name: "Kutup Yıldızı A.Ş.",
    email: "iletisim@kutup.example",
    phone: "+90 212 555 01 23",
    website: "https://kutup.example",
    address: "Büyükdere Cad. 1\nŞişli / İstanbul",
    language: "en",
    time_zone: "Europe/London",
  })) {
    await expect(control(page, field)).toHaveValue(value);
  }
  await expect(page.locator("#f-support_access-allow")).toBeChecked();
  expect((await shownPhoto(page, browser)).corners).toEqual(["red", "green", "blue", "yellow"]);
  await expectAccessible(page);
});

test("all mistakes stand at their fields, the first has the focus, and what was typed stays", async ({
  page,
  mailbox,
}) => {
  await startCompany(page, mailbox);
  await control(page, "email").fill("iletisim");
  await control(page, "phone").fill("0212 555 01");
  await control(page, "address").fill("Bir\nİki");
  await page.locator("#f-support_access-allow").check();
  await update(page).click();
  await expect(page.locator("#f-email-error")).toContainText("e-posta adresi gibi görünmüyor");
  await expect(page.locator("#f-phone-error")).toContainText("Türkiye numaraları 10 hanelidir");
  await expect(page.locator(".field-error")).toHaveCount(2);
  await expect(control(page, "email")).toBeFocused();
  await expect(control(page, "email")).toHaveValue("iletisim");
  await expect(control(page, "phone")).toHaveValue("0212 555 01");
  await expect(control(page, "address")).toHaveValue("Bir\nİki");
  await expect(page.locator("#f-support_access-allow")).toBeChecked();
  await expectAccessible(page);

  await alive(page);
  await control(page, "email").fill("iletisim@yildiz.example");
  await control(page, "phone").fill("");
  await save(page);
  await open(page, "/settings/general");
  await expect(control(page, "address")).toHaveValue("Bir\nİki");
});

test("two people at once: the second sees both values and decides", async ({ page, context, mailbox }) => {
  await startCompany(page, mailbox);
  const other = await context.newPage();
  await open(other, "/settings/general");
  await control(other, "name").fill("Onun adı");
  await control(other, "phone").fill("0212 555 01 23");
  await save(other);

  await control(page, "name").fill("Benim adım");
  await update(page).click();
  await expect(page.locator(".banner-warn")).toContainText("Ayşe Erdem siz düzenlerken kaydetti");
  await expect(page.locator(".conflict")).toHaveText([
    /Şu an kayıtlı olan: Onun adı/,
    /Şu an kayıtlı olan: \+90 212 555 01 23/,
  ]);
  await expect(control(page, "name")).toHaveValue("Benim adım");
  await expectAccessible(page);

  await alive(page);
  if (hasJavaScript()) {
    await page.locator(".conflict button").last().click();
    await expect(page.locator(".conflict")).toHaveCount(1);
  } else {
    await control(page, "phone").fill("0212 555 01 23");
  }
  await save(page);
  await expect(page.locator(".conflict")).toHaveCount(0);
  await open(other, "/settings/general");
  await expect(control(other, "name")).toHaveValue("Benim adım");
  await expect(control(other, "phone")).toHaveValue("+90 212 555 01 23");
});

test("another time zone says what it means, and the top bar follows it", async ({ page, mailbox }) => {
  await startCompany(page, mailbox);
  const pill = page.locator(".topbar-status");
  await expect(pill).toHaveAttribute("title", "Saat dilimi: Avrupa / İstanbul");
  await expect(page.locator("#f-time_zone-hint")).toContainText(/\(tzdata 20\d\d[a-z]\)/);
  await expect(page.locator(".banner")).toHaveCount(0);
  await chooseZone(page, "Tokyo", "Asia/Tokyo");
  await save(page);
  await expect(page.locator(".toast-ok")).toHaveText("Kaydedildi: Saat dilimi.");
  const banner = page.locator(".banner", { hasText: "Saat dilimi değişti: Avrupa / İstanbul → Asya / Tokyo" });
  await expect(banner).toContainText(/saati \d\d:\d\d iken \d\d:\d\d oldu/);
  await expect(banner).toContainText("09:00 artık, eski dilimin saatiyle 03:00 demektir");
  await expect(banner).toContainText(/Eski dilimde: (Açık|Kapalı).*Yeni dilimde: (Açık|Kapalı)/);
  await expect(pill).toHaveAttribute("title", "Saat dilimi: Asya / Tokyo");
  await expectAccessible(page);

  await control(page, "name").fill("Başka");
  await save(page);
  await expect(banner).toHaveCount(0);
});

test("a number is of the country of the time zone", async ({ page, mailbox }) => {
  await startCompany(page, mailbox);
  await chooseZone(page, "Berlin", "Europe/Berlin");
  await control(page, "phone").fill("030 901820");
  await save(page);
  await expect(control(page, "phone")).toHaveValue("+49 30 901820");
});

test("whoever replaces somebody else's photo is told", async ({ page, mailbox, server, elsewhere }) => {
  const owner = await startCompany(page, mailbox);
  const other = await elsewhere();
  const admin = await hire(other, mailbox, server, owner, { role: "admin", only: true });
  await signIn(other, admin);
  await upload(other, phonePhoto);
  await expect(other.locator(".toast-ok")).toHaveText("Fotoğraf kaydedildi.");

  await upload(page, phonePhoto);
  const by = hasJavaScript() ? "Mehmet Kaya tarafından" : "başka bir yönetici";
  await expect(page.locator(".toast-ok")).toContainText(by);
  await expect(page.locator(".topbar .avatar img").first()).toBeVisible();

  await alive(other);
  await remove(other);
  await expect(other.locator(".toast-ok").last()).toContainText(hasJavaScript() ? "Ayşe Erdem onu" : "başka bir yönetici onu");
  await expect(other.locator(".topbar .avatar img")).toHaveCount(0);
});

test("a photo is replaced and removed", async ({ page, mailbox, browser }) => {
  await startCompany(page, mailbox);
  await upload(page, phonePhoto);
  const shown = page.locator(".topbar .avatar img").first();
  await expect(shown).toBeVisible();
  const first = (await shown.getAttribute("src"))!;
  await alive(page);
  // Once more the same file.
  await upload(page, phonePhoto);
  await expect(shown).not.toHaveAttribute("src", first);
  expect((await page.request.get(first)).status()).toBe(404);
  expect((await shownPhoto(page, browser)).corners).toEqual(["red", "green", "blue", "yellow"]);

  await alive(page);
  await remove(page);
  await expect(page.locator(".topbar .avatar img")).toHaveCount(0);
  await expect(page.locator(".photo .avatar").first()).toHaveAttribute("data-initials", "YÇ");
});

test("a file that is no photo is refused in a sentence", async ({ page, mailbox, complaints }) => {
  await startCompany(page, mailbox);
  const refusal = page.locator("#f-photo-error");
  const choose = async (file: File) => {
    await page.locator("#photo-file").setInputFiles(file);
    if (!hasJavaScript()) await page.locator('button[form="photo"]').click();
  };
  if (hasJavaScript()) await expect(page.locator("button.photo-button")).toBeVisible();
  await choose(heic);
  await expect(refusal).toContainText("HEIC açılamıyor");
  await expectAccessible(page);
  await choose({ name: "logo.png", mimeType: "image/png", buffer: Buffer.from("<svg/>") });
  await expect(refusal).toContainText("Yalnızca PNG ve JPG");
  await choose({ name: "kesik.jpg", mimeType: "image/jpeg", buffer: phonePhoto.buffer.subarray(0, 300) });
  await expect(refusal).toContainText("bozuk görünüyor");
  if (!hasJavaScript()) {
    complaints.expect(/status of 413/);
    await choose(padded(3_000_000));
    await expect(refusal).toContainText("2 MB'tan büyük olamaz");
    await choose(padded(8_000_000));
    await expect(refusal).toContainText("2 MB'tan büyük olamaz");
  }
});
