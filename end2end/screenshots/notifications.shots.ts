// What somebody is told: the choices, the list behind the bell, the end of a kind of mail; and the server's own work.
import { hire, post, startCompany } from "../support/company";
import { open, signIn } from "../support/entrance";
import { photograph, test } from "../support/screenshots";
import { startStaff } from "../support/staff";

test("notifications", async ({ page, mailbox, server, browser }, info) => {
  const owner = await startCompany(page, mailbox, "Ege Destek Hattı");
  const selin = await hire(page, mailbox, server, owner, { role: "admin", only: true });
  const context = await browser.newContext({ baseURL: server.origin });
  const other = await context.newPage();
  await signIn(other, selin);
  await post(other, "/settings/notifications", "notifications/save-choices", { invitation: "weekly" });
  const desk = await (await browser.newContext({ baseURL: server.origin })).newPage();
  await startStaff(desk, server);
  const announcement = {
    title_tr: "Kampanyalar açıldı",
    title_en: "Campaigns are here",
    text_tr: "Bir listedeki müşterileri mesai saatlerinizde sırayla arayabilirsiniz.",
    text_en: "Call the customers on a list one after the other, in your business hours.",
  };
  await post(page, "/settings/notifications", "notifications/save-choices", {
    invitation: "daily",
    invoice: "weekly",
  });
  for (const emails of ["yeni.uye@egedestek.com.tr", "burak@egedestek.com.tr can@egedestek.com.tr"]) {
    await post(other, "/settings/members", "members/invite", { emails, role: "member" });
  }
  await post(desk, "/support/system", "system/announce", announcement);
  await mailbox.next(owner.email, "Ayar'dan duyuru").catch(() => mailbox.next(owner.email, "An announcement from Ayar"));
  await open(page, "/settings/notifications");
  await photograph(page, "notifications", info);
  await open(page, "/notifications");
  await page.locator(".notice").first().waitFor();
  await photograph(page, "notices", info);
  await open(page, "/unsubscribe?done=1");
  await photograph(page, "unsubscribed", info);
  await context.close();
});

test("system", async ({ page, server }, info) => {
  await startStaff(page, server);
  await post(page, "/support/system", "system/announce", {
    title_tr: "Planlı bakım",
    title_en: "Planned maintenance",
    text_tr: "Cumartesi 03:00, beş dakika.",
    text_en: "Saturday 03:00, five minutes.",
  });
  await open(page, "/support/system");
  await photograph(page, "system", info);
});
