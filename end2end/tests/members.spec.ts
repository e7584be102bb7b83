// The people of a company: inviting, joining, roles, removing, leaving. With and without JavaScript.
import type { Locator, Page } from "@playwright/test";
import { register, startCompany } from "../support/company";
import { type Person, alive, fillLogin, newPerson, open, signIn } from "../support/entrance";
import { type Mailbox } from "../support/mail";
import { expect, expectAccessible, hasJavaScript, test } from "../support/test";

const INVITED = "Bir şirkete davet edildiniz";

test.slow();

async function invite(page: Page, addresses: string, role = "Üye"): Promise<void> {
  await open(page, "/settings/members");
  await page.getByLabel("E-posta adresleri").fill(addresses);
  await page.getByLabel("Rol", { exact: true }).selectOption({ label: role });
  await page.getByRole("button", { name: "Davet gönder" }).click();
}

async function expectSaid(page: Page, text: string | RegExp): Promise<void> {
  await expect(page.locator(".toast-ok", { hasText: text })).toBeVisible();
  await alive(page);
}

/** Opens a mailed invitation, makes an account and signs in; ends on /settings/general. */
async function join(page: Page, mailbox: Mailbox, person: Person): Promise<void> {
  await open(page, await mailbox.link(person.email, INVITED));
  await page.getByLabel("Adınız ve soyadınız").fill(person.name);
  await page.locator("#f-password").fill(person.password);
  await page.getByRole("button", { name: "Hesap aç ve katıl" }).click();
  await page.waitForURL(/\/login\?joined=1/);
  await alive(page);
  await expect(page.getByText("Şirkete katıldınız.")).toBeVisible();
  await expect(page.locator("#f-email")).toHaveValue(person.email);
  await fillLogin(page, person.email, person.password);
  await page.waitForURL("**/settings/general");
  await alive(page);
}

/** Opens what can be done for somebody; gives the card. */
async function actionsFor(page: Page, name: string): Promise<Locator> {
  await open(page, "/settings/members");
  await page.getByRole("button", { name: `${name} için işlemler` }).click();
  return page.getByRole("dialog", { name: `${name} için işlemler` });
}

test("many are invited at once, one joins, and members see names only", async ({ page, mailbox, elsewhere }) => {
  const owner = await startCompany(page, mailbox, "Kuzey Destek");
  const [mert, seda] = [{ ...newPerson(), name: "Işıl Çınar" }, newPerson()];
  await invite(page, `Işıl Çınar <${mert.email}>; ${seda.email}\n${seda.email}`);
  await expectSaid(page, hasJavaScript() ? "2 davet gönderildi." : "Davetler gönderildi.");
  const waiting = page.getByRole("region", { name: "Bekleyen davetler" });
  await expect(waiting.getByRole("listitem")).toHaveCount(2);
  await expect(waiting).toContainText(owner.name);
  await expect(page.getByText("3 / 25 kişi")).toBeVisible();
  await expectAccessible(page);

  const there = await elsewhere();
  await open(there, await mailbox.link(seda.email, INVITED));
  await expect(there.getByRole("heading", { level: 1, name: "Kuzey Destek şirketine davetlisiniz" })).toBeVisible();
  await expectAccessible(there);
  await join(there, mailbox, mert);
  await open(there, "/settings/members");
  await expect(there.getByRole("row", { name: owner.name })).toContainText("Hesap sahibi");
  await expect(there.getByText(owner.email)).toHaveCount(0);
  await expect(there.getByText(seda.email)).toHaveCount(0);
  await expect(there.getByRole("button", { name: "Davet gönder" })).toHaveCount(0);
  await expectAccessible(there);

  // Any keyboard finds her.
  await open(page, "/settings/members");
  await page.getByRole("searchbox", { name: "Kişi ara" }).fill("isil CINAR");
  if (!hasJavaScript()) await page.getByRole("button", { name: "Ara", exact: true }).click();
  await expect(page.getByRole("status").filter({ hasText: "1 kişi" })).toBeVisible();
  await expect(page.getByRole("row", { name: mert.email })).toBeVisible();
  await expect(page.getByRole("row", { name: owner.email })).toHaveCount(0);
});

test("what is no address is named and everything typed stays", async ({ page, mailbox }) => {
  await startCompany(page, mailbox);
  await invite(page, "mert@yildiz.example, seda, ayşe@", "Yönetici");
  await expect(page.getByText("Okunamayanlar: seda, ayşe@")).toBeVisible();
  await expect(page.getByLabel("E-posta adresleri")).toHaveValue("mert@yildiz.example, seda, ayşe@");
  await expect(page.getByLabel("Rol", { exact: true })).toHaveValue("admin");
  await expect(page.getByLabel("E-posta adresleri")).toBeFocused();
  await expect(page.getByText("Bekleyen davetler")).toHaveCount(0);
});

test("an invitation that is sent again or revoked leaves dead links behind", async ({
  page,
  mailbox,
  elsewhere,
  complaints,
}) => {
  complaints.expect(/status of 410/);
  await startCompany(page, mailbox);
  const mert = newPerson();
  await invite(page, mert.email);
  await expectSaid(page, /gönderildi/);
  const old = await mailbox.link(mert.email, INVITED);
  await open(page, "/settings/members");
  await page.getByRole("button", { name: `${mert.email} adresine daveti yeniden gönder` }).click();
  await expectSaid(page, /yeniden gönderildi/);
  const fresh = await mailbox.link(mert.email, INVITED);
  const there = await elsewhere();
  const spent = there.getByRole("heading", { level: 1, name: "Bu davet artık geçerli değil" });
  await open(there, old);
  await expect(spent).toBeVisible();
  await open(there, fresh);
  await expect(there.getByRole("button", { name: "Hesap aç ve katıl" })).toBeVisible();
  await open(page, "/settings/members");
  await page.getByRole("button", { name: `${mert.email} adresine gönderilen daveti geri al` }).click();
  await expectSaid(page, /geri alındı/);
  await open(there, fresh);
  await expect(spent).toBeVisible();
});

test("somebody with an account signs in and accepts; another account reads for whom it is", async ({
  page,
  mailbox,
  elsewhere,
}) => {
  const owner = await startCompany(page, mailbox, "Kuzey Destek");
  const there = await elsewhere();
  const mert = await register(there, mailbox, { ...newPerson(), organisation: "Güney Destek", name: "Mert Öz" });
  await invite(page, mert.email, "Yönetici");
  await expectSaid(page, /gönderildi/);
  const link = await mailbox.link(mert.email, INVITED);
  await open(page, link);
  await expect(page.getByText("Bu davet a•••@yildiz.example adresi için.")).toBeVisible();
  await expect(page.getByText(`Şu an ${owner.email} olarak giriş yapmış durumdasınız.`)).toBeVisible();
  await expectAccessible(page);

  await open(there, link);
  await there.getByRole("link", { name: "Giriş yap ve devam et" }).click();
  await there.waitForURL(/\/login\?/);
  await expect(there.locator("#f-email")).toHaveValue(mert.email);
  await fillLogin(there, mert.email, mert.password);
  await there.waitForURL(/\/invite\?token=/);
  await alive(there);
  await there.getByRole("button", { name: "Daveti kabul et" }).click();
  await there.waitForURL(/\/settings\/general/);
  await alive(there);
  await expect(there.locator(".topbar")).toContainText("Kuzey Destek");
  await open(there, "/settings/members");
  await expect(there.getByRole("row", { name: mert.email })).toContainText("Yönetici");
});

test("roles change, a member is shown out, and the last owner stays", async ({
  page,
  mailbox,
  elsewhere,
  complaints,
}) => {
  complaints.expect(/status of 40[13]/);
  const owner = await startCompany(page, mailbox, "Kuzey Destek");
  const mert = { ...newPerson(), name: "Mert Öz" };
  await invite(page, mert.email);
  await expectSaid(page, /gönderildi/);
  const there = await elsewhere();
  await join(there, mailbox, mert);

  await (await actionsFor(page, mert.name)).getByRole("button", { name: "Yönetici yap" }).click();
  await expectSaid(page, /rolü/);
  expect((await mailbox.next(mert.email, "Rolünüz değişti")).text).toContain("yönetici");
  await expect(page.getByRole("row", { name: mert.email })).toContainText("Yönetici");

  // The last owner can't leave.
  const own = await actionsFor(page, owner.name);
  await own.getByText("Şirketten ayrıl").click();
  await own.getByRole("button", { name: "Ayrıl", exact: true }).click();
  await expect(page.getByText("Şirkette en az bir hesap sahibi kalmalı.")).toBeVisible();
  await expectAccessible(page);

  const card = await actionsFor(page, mert.name);
  await card.getByText("Şirketten çıkar", { exact: true }).click();
  await expect(card.getByText("Bu şirketteki oturumları hemen kapanır.")).toBeVisible();
  await card.getByRole("button", { name: "Çıkar", exact: true }).click();
  await expectSaid(page, /çıkarıldı/);
  await expect(page.getByRole("row", { name: mert.email })).toHaveCount(0);
  await there.goto("/settings/general");
  await there.waitForURL(/\/login\?next=/);
  await alive(there);
  await fillLogin(there, mert.email, mert.password);
  await expect(there.getByText("Hesabınız hiçbir şirkete üye değil.")).toBeVisible();
});

test("the ownership is handed over, and whoever did it may leave", async ({ page, mailbox, elsewhere, complaints }) => {
  complaints.expect(/status of 40[13]/);
  const owner = await startCompany(page, mailbox, "Kuzey Destek");
  const mert = { ...newPerson(), name: "Mert Öz" };
  await invite(page, mert.email);
  await expectSaid(page, /gönderildi/);
  const there = await elsewhere();
  await join(there, mailbox, mert);

  const card = await actionsFor(page, mert.name);
  await card.getByText("Hesap sahipliğini devret").click();
  await card.getByRole("button", { name: "Devret", exact: true }).click();
  await expectSaid(page, /Artık yöneticisiniz/);
  await expect(page.getByRole("row", { name: mert.email })).toContainText("Hesap sahibi");
  await expect(page.getByRole("row", { name: owner.email })).toContainText("Yönetici");
  for (const address of [owner.email, mert.email]) await mailbox.next(address, "Hesap sahipliği devredildi");

  const own = await actionsFor(page, owner.name);
  await own.getByText("Şirketten ayrıl").click();
  await own.getByRole("button", { name: "Ayrıl", exact: true }).click();
  await page.waitForURL("**/login?left=1");
  await alive(page);
  await expect(page.getByText("Şirketten ayrıldınız.")).toBeVisible();
  await fillLogin(page, owner.email, owner.password);
  await expect(page.getByText("Hesabınız hiçbir şirkete üye değil.")).toBeVisible();
  await signIn(there, mert);
});
