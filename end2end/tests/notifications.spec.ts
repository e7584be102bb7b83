// What somebody is told: chosen, in the bell, in the next digest, by mail, and no more of it. With and without JavaScript.
import type { Page } from "@playwright/test";
import { control, hire, post, startCompany } from "../support/company";
import { alive, newPerson, open, signIn } from "../support/entrance";
import { startStaff } from "../support/staff";
import { expect, expectAccessible, hasJavaScript, test } from "../support/test";
import { inBothLanguages } from "../support/words";

test.slow();

const SETTINGS = "/settings/notifications";

/** Presses a button that saves, and waits for the word of success. */
async function save(page: Page, name: string, said: string): Promise<void> {
  await page.getByRole("button", { name, exact: true }).click();
  await expect(page.locator(".toast-ok", { hasText: said }).last()).toBeVisible();
  await alive(page);
}

/** One's own choice; the company's form has the same fields. */
const own = (page: Page, event: string) => page.locator(`#f-${event}`);

inBothLanguages((w) => {
  test("an administrator chooses a digest, sees it grow, and ends a mail with its link", async ({
    page,
    mailbox,
    server,
    elsewhere,
  }) => {
    const owner = await startCompany(page, mailbox);
    const mert = await hire(page, mailbox, server, owner, { role: "admin", only: true });
    const his = await elsewhere();
    await signIn(his, mert);
    const invite = (email: string) => post(page, "/settings/members", "members/invite", { emails: email, role: "member" });
    const bell = (page: Page) => page.locator(".topbar .bell");

    await his.getByRole("link", { name: w("Bildirimler", "Notifications"), exact: true }).click();
    await his.waitForURL(`**${SETTINGS}`);
    await alive(his);
    await expect(his.getByText(w("Hiçbir şeyi özetle almıyorsunuz.", "You get nothing in a digest."))).toBeVisible();
    await own(his, "invitation").selectOption("daily");
    await save(his, w("Seçimlerimi kaydet", "Save my choices"), w("Kaydedildi", "Saved"));
    const digest = his.getByRole("region", { name: w("Bir sonraki özetiniz", "Your next digest") });
    await expect(digest).toContainText(w("Şimdiye dek bir şey olmadı.", "Nothing has happened so far."));
    await expectAccessible(his);

    const email = newPerson().email;
    await invite(email);
    await open(his, SETTINGS);
    await expect(own(his, "invitation")).toHaveValue("daily");
    await expect(digest).toContainText(email);
    await expect(bell(his)).toHaveAccessibleName(w("Size bildirilenler, 1 yeni", "What you were told, 1 new"));
    // Who did it is told nothing.
    await open(page, SETTINGS);
    await expect(bell(page)).toHaveAccessibleName(w("Size bildirilenler", "What you were told"));

    await bell(his).click();
    await his.waitForURL("**/notifications");
    await alive(his);
    await expect(his.locator(".notice-new")).toContainText(email);
    await expectAccessible(his);
    if (!hasJavaScript()) await his.getByRole("button", { name: w("Hepsini gördüm", "Mark all as seen") }).click();
    await expect(bell(his)).toHaveAccessibleName(w("Size bildirilenler", "What you were told"));
    await open(his, SETTINGS);
    await expect(digest).toContainText(w("Şimdiye dek bir şey olmadı.", "Nothing has happened so far."));

    // What holds for whoever has chosen nothing.
    await control(page, "invoice").last().selectOption("weekly");
    await save(page, w("Şirketin seçimini kaydet", "Save for the company"), w("Kaydedildi", "Saved"));
    await open(his, SETTINGS);
    await expect(own(his, "invoice").locator("option").first()).toHaveText(
      w("Şirketin seçimi: Haftalık özet", "As the company: Weekly digest"),
    );

    await own(his, "invitation").selectOption("instant");
    await save(his, w("Seçimlerimi kaydet", "Save my choices"), w("Kaydedildi", "Saved"));
    const other = newPerson().email;
    await invite(other);
    const mail = await mailbox.next(mert.email, w("Şirketinize biri davet edildi", "Somebody was invited to your company"));
    expect(mail.text).toContain(other);
    const link = /https?:\/\/\S+\/unsubscribe\/\S+/.exec(mail.text)?.[0] ?? "";
    // Without a session.
    const stranger = await elsewhere();
    await open(stranger, link);
    await expectAccessible(stranger);
    await stranger.getByRole("button", { name: w("Bu tür e-postaları kapat", "Stop this kind of mail") }).click();
    await expect(stranger.getByRole("heading", { name: w("Kapatıldı", "Switched off") })).toBeVisible();
    await open(his, SETTINGS);
    await expect(own(his, "invitation")).toHaveValue("off");
  });
});

test("staff see how the server's work stands, try mail and tell everybody", async ({
  page,
  mailbox,
  server,
  elsewhere,
  complaints,
}) => {
  // Staff without a second factor.
  complaints.expect(/status of 403/);
  const owner = await startCompany(page, mailbox);
  const desk = await elsewhere();
  const { person } = await startStaff(desk, server);
  await desk.getByRole("link", { name: "Sistem", exact: true }).click();
  await desk.waitForURL("**/support/system");
  await alive(desk);
  await expect(desk.getByRole("heading", { name: "Sorun yok" })).toBeVisible();
  await expectAccessible(desk);

  await control(desk, "email").fill("operator");
  await desk.getByRole("button", { name: "Deneme gönder" }).click();
  await expect(desk.locator("#f-email-error")).toContainText("e-posta adresi gibi görünmüyor");
  await alive(desk);
  await control(desk, "email").fill(person.email);
  await save(desk, "Deneme gönder", hasJavaScript() ? "Deneme e-postası yola çıktı." : "Kaydedildi");
  await mailbox.next(person.email, "Ayar e-posta denemesi");

  const words = { title_tr: "Planlı bakım", text_tr: "Cumartesi 03:00", title_en: "Maintenance", text_en: "Saturday 03:00" };
  for (const [field, text] of Object.entries(words)) await control(desk, field).fill(text);
  await save(desk, "Duyur", hasJavaScript() ? "Duyuruldu." : "Kaydedildi");
  await expect(control(desk, "title_tr")).toHaveValue("");
  await expect(desk.getByText("Önceki duyurular")).toBeVisible();
  const mail = await mailbox.next(owner.email, "Ayar'dan duyuru");
  expect(mail.text).toContain("Cumartesi 03:00");
  await open(page, "/notifications");
  await expect(page.locator(".notice")).toContainText("Planlı bakım");
});
