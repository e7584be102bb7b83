// The organisation's security: requiring a second factor, and what administrators do for members. With and without
// JavaScript.
import type { Locator, Page } from "@playwright/test";
import { setUpApp, startSignIn, typeCode, walkWizard } from "../support/account";
import { control, hire, startCompany } from "../support/company";
import { type Person, alive, open, signIn, signOut, speak } from "../support/entrance";
import { expect, expectAccessible, hasJavaScript, test } from "../support/test";
import { type Words, inBothLanguages, turkish } from "../support/words";

const owed = (w: Words) => w("İki faktörlü doğrulama gerekiyor", "Two-factor authentication is required");

test.slow();

/** Presses Güncelle on the room's page. */
async function update(page: Page): Promise<void> {
  await page.locator('button[form="policy"]').click();
}

async function expectSaved(page: Page, w = turkish): Promise<void> {
  await expect(page.locator(".toast-ok", { hasText: w(/^Kaydedildi\.$/, /^Saved\.$/) })).toBeVisible();
  await alive(page);
}

/** The owner sets up their own app and requires one of everybody. */
async function requireOfAll(page: Page, w = turkish): Promise<void> {
  await setUpApp(page);
  await open(page, "/settings/security");
  await page.getByRole("switch", { name: w("Herkesten iste", "Require it of everybody") }).check();
  await update(page);
  await expectSaved(page, w);
}

/** Opens what can be done for somebody; gives the card. */
async function actionsFor(page: Page, person: Person, w = turkish): Promise<Locator> {
  await open(page, "/settings/security");
  const name = w(`${person.name} için işlemler`, `Actions for ${person.name}`);
  await page.getByRole("row", { name: person.email }).getByRole("button", { name }).click();
  return page.getByRole("dialog", { name });
}

test("only who has a second factor may require one, and sees beforehand whom it stops", async ({
  page,
  mailbox,
  server,
  elsewhere,
  complaints,
}) => {
  complaints.expect(/status of 403/);
  const owner = await startCompany(page, mailbox);
  const member = await hire(await elsewhere(), mailbox, server, owner);
  await open(page, "/settings/security");
  await expect(page.getByText("önce kendi hesabınızda iki faktörlü doğrulama etkin olmalı")).toBeVisible();
  await page.getByRole("switch", { name: "Herkesten iste" }).check();
  await update(page);
  await expect(page.getByText("Başkalarından istemeden önce kendi hesabınızda")).toBeVisible();
  await expect(page.getByRole("switch", { name: "Herkesten iste" })).toBeChecked();

  await setUpApp(page);
  await open(page, "/settings/security");
  const rehearsal = page.locator(".rehearsal");
  await expect(rehearsal).toContainText("Şimdi durdurulacaklar: 2 kişiden 1");
  await expect(rehearsal).toContainText("Yine de girebilecek hesap sahipleri: 1 kişiden 1");
  await expect(rehearsal.getByRole("listitem").filter({ hasText: member.name })).toBeVisible();
  await page.getByRole("switch", { name: "Herkesten iste" }).check();
  await update(page);
  await expectSaved(page);
  await open(page, "/settings/security");
  await expect(page.getByRole("switch", { name: "Herkesten iste" })).toBeChecked();
  await expect(rehearsal).toContainText("Şu anda giremeyenler: 2 kişiden 1");
  await expectAccessible(page);

  // The last factor can't be switched off while it is required.
  await open(page, "/account/security");
  await expect(page.getByText("iki faktörlü doğrulamayı zorunlu tuttuğu için kapatılamaz")).toBeVisible();
  await expect(page.getByText("Uygulamayı kapat")).toHaveCount(0);
});

inBothLanguages((w) => {
  test("a member without one is stopped, sets one up and gets where they wanted to go", async ({
    page,
    mailbox,
    server,
    elsewhere,
    complaints,
  }) => {
    complaints.expect(/status of 403/);
    const owner = await startCompany(page, mailbox);
    const there = await elsewhere();
    const member = await hire(there, mailbox, server, owner, { only: true });
    await requireOfAll(page, w);

    await there.goto("/settings/hours");
    await alive(there);
    await there.locator("#f-email").fill(member.email);
    await there.locator("#f-password").fill(member.password);
    await there.getByRole("button", { name: w("Giriş yap", "Sign in") }).click();
    await there.waitForURL("**/settings/hours");
    await expect(there.getByRole("heading", { level: 1, name: owed(w) })).toBeVisible();

    // Whatever the page hides, the server refuses.
    for (const path of ["general/load-general", "general/load-profile", "hours/load-hours", "security/load-security"]) {
      const answer = await there.request.post(`/api/${path}`, { headers: { origin: server.origin }, form: {} });
      expect([path, answer.status(), ((await answer.json()) as { code: string }).code]).toEqual([path, 403, "two_factor_required"]);
    }
    const file = await there.request.get("/files/photo/none/128");
    expect([file.status(), ((await file.json()) as { code: string }).code]).toEqual([403, "two_factor_required"]);
    const answer = await there.goto("/settings/general");
    expect(answer?.status()).toBe(403);
    expect(await answer?.text()).not.toContain("form[address]");
    await alive(there);
    await there.getByRole("navigation").getByRole("link", { name: w("Mesai saatleri", "Business hours") }).click();
    await there.waitForURL("**/settings/hours");
    await expect(there.getByRole("heading", { level: 1, name: owed(w) })).toBeVisible();
    // What is the person's own stays open.
    await open(there, "/account/sessions");
    await expect(there.getByRole("heading", { level: 1, name: w("Oturumlar", "Sessions") })).toBeVisible();
    await expect(
      there.getByText(w("etkinleştirene kadar şirketin sayfalarını açamazsınız", "the company's pages stay closed to you")),
    ).toBeVisible();
    await expectAccessible(there);

    await open(there, "/settings/hours");
    await there.locator("main").getByRole("link", { name: w("Etkinleştir", "Activate") }).click();
    await expect(there.getByText(w("Telefonunuzu hazırlayın", "Get your phone ready"))).toBeVisible();
    const { phone } = await walkWizard(there);
    await there.waitForURL("**/settings/hours");
    await expect(there.getByRole("heading", { level: 1, name: w("Mesai saatleri", "Business hours") })).toBeVisible();
    await alive(there);
    await signOut(there);
    await startSignIn(there, member, "/login?next=%2Fsettings%2Fhours");
    await typeCode(there, await phone.code());
    await there.waitForURL("**/settings/hours");
    await expect(there.getByRole("heading", { level: 1, name: w("Mesai saatleri", "Business hours") })).toBeVisible();
  });

  test("an administrator resets the second factor of a member who lost everything", async ({
    page,
    mailbox,
    server,
    elsewhere,
    complaints,
  }) => {
    complaints.expect(/status of 40[13]/);
    const owner = await startCompany(page, mailbox);
    const there = await elsewhere();
    const member = await hire(there, mailbox, server, owner, { only: true });
    // The member reads the other language: so do their mails speak.
    const theirs: Words = (turkish, english) => w(english, turkish);
    await signIn(there, member);
    await there.locator(".topbar .menu-end summary").click();
    await speak(there, theirs("Türkçe", "English"));
    const lost = await setUpApp(there);
    await requireOfAll(page, w);

    const card = await actionsFor(page, member, w);
    await card.locator("summary", { hasText: w("Doğrulamasını sıfırla", "Reset 2FA") }).click();
    await expect(
      card.getByText(w("geçiş anahtarları ve yedek kodları silinir", "passkeys and backup codes are removed")),
    ).toBeVisible();
    await card.getByRole("button", { name: w("Sıfırla", "Reset") }).click();
    await expect(page.locator(".toast-ok")).toContainText(w("doğrulaması sıfırlandı.", "was reset."));
    const mail = await mailbox.next(
      member.email,
      theirs("İki faktörlü doğrulamanız sıfırlandı", "Your two-factor authentication was reset"),
    );
    expect(mail.text).toContain(theirs("Şirketinizin bir yöneticisi", "An administrator of your company"));

    await there.goto("/settings/general");
    await expect(there).toHaveURL(/&ended=credentials_changed$/);
    await expect(
      there.getByText(theirs("doğrulama yöntemi değişti", "the two-factor method of your account was changed")),
    ).toBeVisible();
    await signIn(there, member);
    await expect(there.getByRole("heading", { level: 1 })).toHaveText(owed(theirs));
    await there.locator("main").getByRole("link", { name: theirs("Etkinleştir", "Activate") }).click();
    const { phone } = await walkWizard(there);
    expect(phone.key).not.toBe(lost.phone.key);
    await there.waitForURL("**/settings/general");
    await expect(there.getByRole("heading", { level: 1 })).toHaveText(theirs("Genel", "General"));
  });
});

test("who belongs to two companies is stopped in the one that requires it", async ({
  page,
  mailbox,
  server,
  elsewhere,
  complaints,
}) => {
  complaints.expect(/status of 403/);
  const owner = await startCompany(page, mailbox, "Kuzey Destek");
  const there = await elsewhere();
  const member = await hire(there, mailbox, server, owner);
  await requireOfAll(page);
  const switchTo = async (name: string) => {
    await there.locator(".topbar .menu summary").first().click();
    await there.locator(".topbar").getByRole("button", { name }).click();
    await there.waitForURL("**/settings/general");
    await alive(there);
  };

  // One starts where one has been a member for longest.
  await signIn(there, member);
  await expect(there.getByRole("heading", { level: 1 })).toHaveText(owed(turkish));
  await expectAccessible(there);
  await there.locator("main").getByRole("button", { name: member.organisation }).click();
  await expect(there.getByRole("heading", { level: 1 })).toHaveText("Genel");
  await alive(there);
  await switchTo("Kuzey Destek");
  await expect(there.getByRole("heading", { level: 1 })).toHaveText(owed(turkish));
  // Another company relies on the factor of somebody who belongs to it: nobody here may take it away.
  await there.locator("main").getByRole("link", { name: "Etkinleştir" }).click();
  await walkWizard(there);
  await there.waitForURL("**/settings/general");
  await expect(there.getByRole("heading", { level: 1 })).toHaveText("Genel");
  complaints.expect(/status of 409/);
  const card = await actionsFor(page, member);
  await card.locator("summary", { hasText: "Doğrulamasını sıfırla" }).click();
  await card.getByRole("button", { name: "Sıfırla" }).click();
  await expect(page.getByText("Bu kişi başka bir şirketin de üyesi").first()).toBeVisible();
});

test("an administrator signs a member out", async ({ page, mailbox, server, elsewhere, complaints }) => {
  complaints.expect(/status of 401/);
  const owner = await startCompany(page, mailbox);
  const there = await elsewhere();
  const member = await hire(there, mailbox, server, owner, { only: true });
  await signIn(there, member);
  const card = await actionsFor(page, member);
  await expectAccessible(page);
  await card.getByRole("button", { name: "Oturumlarını kapat" }).click();
  await expect(page.locator(".toast-ok")).toContainText("oturumları kapatıldı.");
  await expect(page.getByRole("row", { name: member.email })).toContainText("Kapalı");

  await there.goto("/settings/hours");
  await expect(there).toHaveURL(/\/login\?next=%2Fsettings%2Fhours&ended=session_revoked$/);
  await expect(there.getByText("başka bir cihazdan ya da bir yönetici tarafından kapatıldı")).toBeVisible();
  await signIn(there, member);
});

test("members are reminded, and a member may do none of this", async ({ page, mailbox, server, elsewhere, complaints }) => {
  complaints.expect(/status of 403/);
  const owner = await startCompany(page, mailbox);
  const there = await elsewhere();
  const member = await hire(there, mailbox, server, owner, { only: true });
  await open(page, "/settings/security");
  await page.getByRole("button", { name: `${member.name} adlı kişiye hatırlat` }).click();
  await expect(page.locator(".toast-ok")).toContainText("hatırlatma e-postası gönderildi", { ignoreCase: true });
  const mail = await mailbox.next(member.email, "İki faktörlü doğrulamayı etkinleştirin");
  expect(mail.text).toContain("/account/security");
  await alive(page);
  await page.getByRole("button", { name: "Hepsine hatırlat" }).click();
  await mailbox.next(member.email, "İki faktörlü doğrulamayı etkinleştirin");

  await open(page, "/settings/security?only=without#people");
  await expect(page.getByRole("row", { name: member.email })).toBeVisible();
  await expect(page.getByText("Doğrulaması olmayanlar (2)")).toBeVisible();

  await signIn(there, member);
  await expect(there.getByRole("navigation").getByRole("link", { name: "Güvenlik" })).toHaveCount(1);
  const refused = await there.goto("/settings/security");
  expect(refused?.status()).toBe(403);
  await expect(there.getByText("Bunun için yetkiniz yok.")).toBeVisible();
});

test("the idle limit is one of the choices and is kept", async ({ page, mailbox }) => {
  await startCompany(page, mailbox);
  await open(page, "/settings/security");
  await control(page, "idle_limit").selectOption({ label: "15 dakika" });
  await update(page);
  await expectSaved(page);
  await open(page, "/settings/security");
  await expect(control(page, "idle_limit")).toHaveValue("15");
  await control(page, "idle_limit").selectOption("none");
  await update(page);
  await expectSaved(page);
  await open(page, "/settings/security");
  await expect(control(page, "idle_limit")).toHaveValue("none");
  await expect(page.getByRole("switch", { name: "Herkesten iste" })).not.toBeChecked();
});

test("two administrators at once: the second sees what the first has saved", async ({ page, context, mailbox }) => {
  await startCompany(page, mailbox);
  const other = await context.newPage();
  await open(page, "/settings/security");
  await open(other, "/settings/security");
  await control(other, "idle_limit").selectOption("15");
  await update(other);
  await expectSaved(other);
  await control(page, "idle_limit").selectOption("240");
  await update(page);
  await expect(page.getByText("Siz düzenlerken başka biri şirketin ayarlarını kaydetti.")).toBeVisible();
  await expect(page.locator(".conflict")).toHaveText(/Şu an kayıtlı olan: 15 dakika/);
  await expect(control(page, "idle_limit")).toHaveValue("240");
  await expectAccessible(page);
  await alive(page);
  await update(page);
  await expectSaved(page);
  await open(other, "/settings/security");
  await expect(control(other, "idle_limit")).toHaveValue("240");
  if (!hasJavaScript()) await expect(other.locator(".conflict")).toHaveCount(0);
});
