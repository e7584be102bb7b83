// Support access: allowed by an administrator, entered with a reason, seen by everybody, ended at once. With and without
// JavaScript.
import { control, startCompany } from "../support/company";
import { alive, open } from "../support/entrance";
import { choose, enter, permit, startStaff } from "../support/staff";
import { expect, expectAccessible, hasJavaScript, test } from "../support/test";

const REASON = "Mesai saatleri neden kapalı görünüyor, birlikte bakıyoruz.";

test.slow();

test("support enters with permission and a reason, is seen, and is shown out", async ({
  page,
  server,
  mailbox,
  elsewhere,
  complaints,
}) => {
  const organisation = `Işık Çağrı ${Date.now()}`;
  const owner = await startCompany(page, mailbox, organisation);
  const desk = await elsewhere();
  await startStaff(desk, server);
  await expectAccessible(desk);

  // Without permission nobody enters.
  await desk.getByRole("searchbox").fill(organisation.toLocaleUpperCase("en"));
  await desk.getByRole("button", { name: "Bul", exact: true }).click();
  const row = desk.getByRole("row", { name: organisation });
  await expect(row).toContainText("İzin yok");
  await expect(desk.getByText(owner.email)).toHaveCount(0);
  await row.getByRole("link").click();
  await expect(desk.getByRole("heading", { name: `${organisation}: Enterprise planı` })).toBeVisible();
  await expect(desk.locator("#f-reason")).toHaveCount(0);

  await permit(page, "allow");
  await choose(desk, organisation);
  await expectAccessible(desk);
  await desk.locator("#f-reason").fill("kısa");
  // Only to read: there is nothing else to choose.
  await expect(desk.getByText("Bu şirket yalnızca okumaya izin veriyor.")).toBeVisible();
  await expect(desk.locator("#f-mode-write")).toHaveCount(0);
  await desk.getByRole("button", { name: "Gir", exact: true }).click();
  await expect(desk.locator("#f-reason-error")).toBeVisible();
  await expect(desk.locator("#f-reason")).toHaveValue("kısa");
  await expect(desk.locator("#f-mode-read")).toBeChecked();
  await enter(desk, organisation, { reason: REASON });
  await expect(desk.getByText(`${organisation} şirketindesiniz: Yalnızca okumak`)).toBeVisible();
  await expect(desk.locator("button[form=general]")).toHaveCount(0);
  await expectAccessible(desk);
  const came = await mailbox.next(owner.email, "Destek ekibi şirketinize bağlandı");
  expect(came.text).toContain(REASON);

  await open(page, "/settings/support");
  await expect(page.getByText("Destek ekibi içeride: Deniz Kara")).toBeVisible();
  await expect(page.getByRole("region", { name: "Şu anda içeride" })).toContainText(REASON);
  await expectAccessible(page);
  await page.locator(".banner").getByRole("button", { name: "Şimdi bitir" }).click();
  await expect(page.locator(".toast-ok", { hasText: "Destek oturumu bitirildi." })).toBeVisible();
  await expect(page.getByText("Destek ekibi içeride")).toHaveCount(0);
  await expect(page.getByRole("region", { name: "Bağlantılar" })).toContainText("Deniz Kara");
  const went = await mailbox.next(owner.email, "Destek bağlantısı sona erdi");
  expect(went.text).toContain("Hiçbir şey değiştirilmedi.");

  // Their own session goes on.
  complaints.expect(/status of 403/);
  await desk.goto("/settings/hours");
  await expect(desk.getByRole("heading", { level: 1, name: "Bir şirketin içinde değilsiniz" })).toBeVisible();
  await open(desk, "/support");
  await expect(desk.getByRole("region", { name: "Son bağlantınız" })).toContainText("bir yönetici bitirdi");
});

test("what support changes is told by name, and withdrawing the permission ends it", async ({
  page,
  server,
  mailbox,
  elsewhere,
  complaints,
}) => {
  const organisation = `Rüzgâr Çağrı ${Date.now()}`;
  const owner = await startCompany(page, mailbox, organisation);
  await permit(page, "allow", "write");
  const desk = await elsewhere();
  await startStaff(desk, server);
  await enter(desk, organisation, { reason: REASON, mode: "write" });
  // What lets support in is shown to it and not its to change.
  await expect(desk.locator("#f-support_access-allow")).toBeDisabled();
  await control(desk, "phone").fill("0212 555 01 23");
  await desk.locator("button[form=general]").click();
  await expect(desk.locator(".toast-ok", { hasText: "Kaydedildi: Telefon." })).toBeVisible();

  await permit(page, "deny");
  complaints.expect(/status of 403/);
  await desk.goto("/settings/general");
  await expect(desk.getByRole("heading", { level: 1, name: "Bir şirketin içinde değilsiniz" })).toBeVisible();
  const went = await mailbox.next(owner.email, "Destek bağlantısı sona erdi");
  expect(went.text).toContain("Şirket profilini değiştirdi");

  await open(page, "/settings/support");
  const past = page.getByRole("region", { name: "Bağlantılar" });
  await past.locator("summary").first().click();
  await expect(past).toContainText("Şirket profilini değiştirdi");
  await expect(past).toContainText("izin geri alındı");
  await open(page, "/settings/audit");
  await expect(page.locator(".entry", { hasText: "Şirket profilini değiştirdi" }).first()).toContainText(
    `${owner.name} adına`,
  );
});

test("whoever hides is a hidden member to support, and nothing that is done to people is offered", async ({
  page,
  server,
  mailbox,
  elsewhere,
  complaints,
}) => {
  complaints.expect(/status of 403/);
  const organisation = `Poyraz Çağrı ${Date.now()}`;
  const owner = await startCompany(page, mailbox, organisation);
  await permit(page, "allow", "write");
  await open(page, "/account/security");
  const panel = page.getByRole("region", { name: "Destek ekibi" });
  await expect(panel).toContainText("Görünür");
  await panel.getByRole("button", { name: "Beni gizle" }).click();
  await expect(page.locator(".account-note")).toContainText("Seçiminiz kaydedildi.");
  await expect(panel).toContainText("Gizli");
  await expect(panel.getByRole("button", { name: "Beni göster" })).toBeVisible();
  await expectAccessible(page);

  const desk = await elsewhere();
  await startStaff(desk, server);
  await enter(desk, organisation, { reason: REASON, mode: "write" });
  for (const path of ["/settings/members", "/settings/security", "/settings/audit", "/settings/support"]) {
    await open(desk, path);
    await expect(desk.locator("main")).toContainText("Gizli üye");
    await expect(desk.getByText(owner.name)).toHaveCount(0);
    await expect(desk.getByText(owner.email)).toHaveCount(0);
  }
  await open(desk, "/settings/members");
  await expect(desk.getByRole("heading", { name: "Üye davet edin" })).toHaveCount(0);
  await expect(desk.locator("td.is-actions button")).toHaveCount(0);
  await open(desk, "/settings/security");
  await expect(desk.getByRole("button", { name: "Güncelle" })).toHaveCount(0);
  await expect(control(desk, "idle_limit")).toBeDisabled();
  await expect(desk.getByRole("button", { name: /hatırlat/i })).toHaveCount(0);
  await expectAccessible(desk);
});

test("the desk does not exist for anybody else", async ({ page, mailbox, complaints }) => {
  await startCompany(page, mailbox);
  complaints.expect(/status of 404/);
  await page.goto("/support");
  await expect(page.getByRole("heading", { level: 1, name: "Sayfa bulunamadı" })).toBeVisible();
  if (hasJavaScript()) await alive(page);
});

test("Enterprise is what staff agreed on with a company", async ({
  page,
  server,
  mailbox,
  elsewhere,
  complaints,
}) => {
  // The desk, before there is a second factor.
  complaints.expect(/status of 403/);
  const organisation = `Deniz Çağrı ${Date.now()}`;
  const owner = await startCompany(page, mailbox, organisation);
  const desk = await elsewhere();
  await startStaff(desk, server);
  await desk.getByRole("searchbox").fill(organisation);
  await desk.getByRole("button", { name: "Bul", exact: true }).click();
  await desk.getByRole("link", { name: `${organisation} şirketini seç` }).click();
  await desk.locator("#f-slots").waitFor();
  await alive(desk);
  await desk.locator("#f-slots").fill("9");
  await desk.getByRole("button", { name: "Planı tanımla" }).click();
  await expect(desk.locator("#f-slots-error")).toHaveText("10 ile 10.000 arasında bir sayı yazın.");
  await expect(desk.locator("#f-slots")).toHaveValue("9");
  await expectAccessible(desk);
  await alive(desk);
  await desk.locator("#f-slots").fill("40");
  await desk.getByRole("button", { name: "Planı tanımla" }).click();
  const said = hasJavaScript() ? `${organisation} artık Enterprise planında.` : "Enterprise planı tanımlandı.";
  await expect(desk.locator(".toast-ok", { hasText: said })).toBeVisible();

  expect((await mailbox.next(owner.email, "Planınız değişti")).text).toContain("aynı anda 40 çağrı");
  await open(page, "/settings/billing");
  await expect(page.locator(".plan-now")).toContainText("Enterprise");
  await expect(page.locator(".plan-now")).toContainText("Aynı anda 40 çağrı");
});
