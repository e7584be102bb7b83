// The first day of a company, from sign-up to a restart of the server: with and without JavaScript the same story.
import type { Page } from "@playwright/test";
import { control } from "../support/company";
import { alive, newPerson, open, signIn, signUp } from "../support/entrance";
import { phonePhoto, shownPhoto, tellsTales } from "../support/photos";
import { expect, expectAccessible, hasJavaScript, test } from "../support/test";

const profile = {
  name: "Kuzey Destek Hizmetleri A.Ş.",
  email: "iletisim@kuzeydestek.example",
  phone: "+90 232 555 04 56",
  website: "https://kuzeydestek.example",
  address: "Kıbrıs Şehitleri Cad. No: 12\nAlsancak, Konak\n35220 İzmir",
  time_zone: "Europe/Berlin",
  support_mode: "write",
  support_until: "2099-12-31",
};
const upright = ["red", "green", "blue", "yellow"];

/** Presses Update, by its word in either language, and waits for the word of success. */
async function update(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^(Güncelle|Update)$/ }).click();
  await expect(page.locator(".toast-ok")).toBeVisible();
  await alive(page);
}

async function changeEveryField(page: Page): Promise<void> {
  const { time_zone, support_mode, ...texts } = profile;
  for (const [field, text] of Object.entries(texts)) {
    await control(page, field).fill(text);
  }
  if (hasJavaScript()) {
    await page.getByRole("combobox", { name: "Saat dilimi" }).fill("berlin");
    await page.keyboard.press("Enter");
  } else {
    await control(page, "time_zone").selectOption(time_zone);
  }
  await page.getByRole("radio", { name: /^İzin ver / }).check();
  await control(page, "support_mode").selectOption(support_mode);
  await update(page);
}

async function expectEveryField(page: Page): Promise<void> {
  for (const [field, text] of Object.entries(profile)) {
    await expect(control(page, field)).toHaveValue(text);
  }
  await expect(page.locator("#f-support_access-allow")).toBeChecked();
  await expect(page.locator(".org-name")).toHaveText(profile.name);
}

/** As the phone stored it: sideways, with its camera and where it was taken. */
async function uploadPhoto(page: Page): Promise<void> {
  if (hasJavaScript()) {
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Fotoğraf seç" }).first().click();
    await (await chooser).setFiles(phonePhoto);
    await page.getByRole("button", { name: "Fotoğrafı kaydet" }).click();
  } else {
    await page.getByLabel("Fotoğraf dosyası").setInputFiles(phonePhoto);
    await page.getByRole("button", { name: "Yükle" }).click();
  }
  await expect(page.locator(".topbar .avatar img").first()).toBeVisible();
  await alive(page);
}

/** The two inputs of an interval, by what a screen reader calls them. */
function interval(page: Page, day: string, number: number) {
  const side = (word: string) => page.getByLabel(`${day}, ${number}. aralık, ${word}`).filter({ visible: true });
  return { start: side("başlangıç"), end: side("bitiş") };
}

async function setHours(page: Page): Promise<void> {
  const monday = [interval(page, "Pazartesi", 1), interval(page, "Pazartesi", 2)] as const;
  await monday[0].start.fill("09:00");
  await monday[0].end.fill("12:30");
  // Without JavaScript a blank row waits there.
  if (hasJavaScript()) await page.getByRole("button", { name: "Aralık ekle: Pazartesi" }).click();
  await monday[1].start.fill("13:30");
  await monday[1].end.fill("18:00");

  await page.getByRole("switch", { name: "Cumartesi açık" }).check();
  const night = interval(page, "Cumartesi", 1);
  await night.start.fill("21:00");
  await night.end.fill("02:00");
  await update(page);
}

async function expectHours(page: Page): Promise<void> {
  const times = (day: number) =>
    page.locator(`input[name^='form[days][${day}][intervals]']`).filter({ visible: true });
  // Blank rows are for people without JavaScript.
  const spare = hasJavaScript() ? [] : ["", ""];
  const expected = ["09:00", "12:30", "13:30", "18:00", ...spare];
  await expect(times(0)).toHaveCount(expected.length);
  for (const [index, time] of expected.entries()) {
    await expect(times(0).nth(index)).toHaveValue(time);
  }
  await expect(control(page, "days][5][open")).toBeChecked();
  await expect(times(5).nth(0)).toHaveValue("21:00");
  await expect(times(5).nth(1)).toHaveValue("02:00");
  await expect(page.locator(".day").nth(5)).toContainText(/\+1 (gün|day)/);
  await expect(control(page, "days][6][open")).not.toBeChecked();
}

test("a company signs up, fills in everything, turns to English and is the same after a restart", async ({
  page,
  mailbox,
  server,
  browser,
}) => {
  // A whole day in one test.
  test.slow();
  const owner = await signUp(page, mailbox, newPerson());
  await signIn(page, owner);

  await changeEveryField(page);
  await expectEveryField(page);
  await uploadPhoto(page);
  const photo = await shownPhoto(page, browser);
  expect([photo.width, photo.height], "square").toEqual([512, 512]);
  expect(photo.corners, "upright").toEqual(upright);
  expect(tellsTales(phonePhoto.buffer), "the fixture has metadata").toBe(true);
  expect(tellsTales(photo.bytes), "metadata").toBe(false);

  await open(page, "/settings/hours");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Mesai saatleri");
  await setHours(page);
  await expectHours(page);

  await open(page, "/settings/general");
  await control(page, "language").selectOption("en");
  await page.getByRole("button", { name: "Güncelle" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page.locator(".toast-ok")).toHaveText("Saved: Language.");

  await server.restart(page);

  await open(page, "/settings/general");
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page).toHaveTitle(`General · ${profile.name} · Ayar`);
  await expectEveryField(page);
  await expect(control(page, "language")).toHaveValue("en");
  expect((await shownPhoto(page, browser)).corners).toEqual(upright);
  await expectAccessible(page);

  await open(page, "/settings/hours");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Business hours");
  await expect(page.locator(".page-title")).toContainText("Berlin");
  await expectHours(page);
  await expect(page.locator(".topbar-status")).toHaveText(/^(Open|Closed)\b/);
  await expectAccessible(page);
});
