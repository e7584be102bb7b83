// The end of a company: an owner deletes it, its members read so, the mail leads back, and everything is as it was. With and
// without JavaScript.
import { control, hire, startCompany } from "../support/company";
import { alive, fillLogin, open, signIn } from "../support/entrance";
import { expect, expectAccessible, test } from "../support/test";
import { inBothLanguages } from "../support/words";

const DELETE = "/settings/data/delete";
// No other spec signs up with it: meanwhile it is reserved.
const COMPANY = "Ihlamur Çağrı Merkezi";

test.slow();

inBothLanguages((w) => {
  test("an owner deletes the company, a member reads so, and the mail leads back", async ({
    page,
    mailbox,
    server,
    elsewhere,
    complaints,
  }) => {
    complaints.expect(/status of 40[13]/);
    const owner = await startCompany(page, mailbox, COMPANY);
    const other = await elsewhere();
    const member = await hire(other, mailbox, server, owner, { only: true });
    await signIn(other, member);

    await open(page, "/settings/general");
    await page.getByRole("link", { name: w("Silme sayfasına git", "Go to the deletion page") }).click();
    await page.waitForURL(`**${DELETE}`);
    await alive(page);
    const asks = w(`${COMPANY} silinsin mi?`, `Delete ${COMPANY}?`);
    await expect(page.getByRole("heading", { name: asks, level: 1 })).toBeVisible();
    await expect(page.getByText(w("7 gün boyunca hiçbir şey kaybolmaz", "Nothing is lost for 7 days"))).toBeVisible();
    await expectAccessible(page);

    // Another case is another word; what was typed stays, but for the password.
    const press = page.getByRole("button", { name: w("Şirketi sil", "Delete the company"), exact: true });
    await control(page, "word").fill("delete");
    await control(page, "password").fill(owner.password);
    await press.click();
    await expect(page.getByText(w("DELETE sözcüğünü aynen", "Type the word DELETE exactly"))).toBeVisible();
    await alive(page);
    await expect(control(page, "word")).toHaveValue("delete");
    await expect(control(page, "word")).toBeFocused();
    await expectAccessible(page);
    await control(page, "word").fill("DELETE");
    await control(page, "password").fill(owner.password);
    await press.click();
    const goes = w(`${COMPANY} silinecek`, `${COMPANY} will be deleted`);
    await expect(page.getByRole("heading", { name: goes, level: 1 })).toBeVisible();
    await alive(page);
    await expect(page.getByText(w("6 gün kaldı", "6 days left"))).toBeVisible();
    await expectAccessible(page);

    await other.goto("/settings/hours");
    await other.waitForURL("**/login?next=**");
    await expect(other.getByText(/silinmesi istendi|is to be deleted/)).toBeVisible();
    await fillLogin(other, member.email, member.password);
    await other.waitForURL("**/settings/hours");
    await alive(other);
    await expect(other.getByRole("heading", { name: /silinecek|will be deleted/ })).toBeVisible();
    await expect(other.getByText(owner.name, { exact: true }).last()).toBeVisible();
    await expect(other.getByRole("button", { name: /^(Geri getir|Restore)$/ })).toHaveCount(0);
    await expectAccessible(other);

    // From the mail, in a browser that is not signed in.
    const third = await elsewhere();
    const link = await mailbox.link(owner.email, w("Şirketinizin silinmesi istendi", "Your company is to be deleted"));
    await open(third, link);
    await expectAccessible(third);
    await third.getByRole("link", { name: /^(Giriş yap|Sign in)$/ }).click();
    await third.waitForURL("**/login?next=**");
    await alive(third);
    await fillLogin(third, owner.email, owner.password);
    await third.waitForURL("**/restore?organisation=**");
    await alive(third);
    await third.getByRole("link", { name: /Şirketin sayfasına git|Go to the company's page/ }).click();
    await third.waitForURL("**/settings/general");
    await alive(third);
    await third.getByRole("button", { name: /^(Geri getir|Restore)$/ }).click();
    await expect(third.locator(".toast-ok", { hasText: /geri getirildi|was restored/ })).toBeVisible();
    await open(third, "/settings/hours");
    await expect(third.getByRole("heading", { name: /Mesai saatleri|Business hours/, level: 1 })).toBeVisible();
  });
});

test("a person deletes their account once somebody else owns the company", async ({ page, mailbox, server, elsewhere, complaints }) => {
  complaints.expect(/status of 401/);
  const owner = await startCompany(page, mailbox, COMPANY);
  await open(page, "/account/security");
  await page.getByRole("link", { name: "Hesabımı sil" }).click();
  await page.waitForURL("**/account/delete");
  await alive(page);
  await expect(page.getByText(`Tek sahibi sizsiniz: ${COMPANY}`)).toBeVisible();
  await expectAccessible(page);

  const other = await elsewhere();
  const member = await hire(other, mailbox, server, owner, { only: true });
  await signIn(other, member);
  await open(other, "/account/delete");
  await expectAccessible(other);
  await control(other, "password").fill(member.password);
  await other.getByRole("button", { name: "Hesabımı sil" }).click();
  await other.waitForURL("**/login?deleted=1");
  await alive(other);
  await expect(other.getByText("Hesabınız silindi. Onay e-postası yola çıktı.")).toBeVisible();
  await fillLogin(other, member.email, member.password);
  await expect(other.getByText(/hatalı|yanlış/).first()).toBeVisible();
  expect((await mailbox.next(member.email, "Hesabınız silindi")).text).toContain("silindi");
  await open(page, "/settings/members");
  await expect(page.getByText(member.email)).toHaveCount(0);
});
