// The platform that places calls: none yet, tried out, used with a way back; and a call with its recording.
import { expect } from "@playwright/test";
import { control, startCompany } from "../support/company";
import { open } from "../support/entrance";
import { accessKey } from "../support/keys";
import { Sandbox } from "../support/sandbox";
import { photograph, speak, test, variantOf } from "../support/screenshots";
import { tone } from "../support/sound";

test("upstream", async ({ page, mailbox, server }, info) => {
  await startCompany(page, mailbox, "Yıldız Çağrı Merkezi A.Ş.");
  await speak(page, variantOf(info).language);
  const [first, second] = ["sk_live_first_aaaa1111", "sk_live_second_bbbb9f3c"];
  const sandbox = await Sandbox.start(server, [first, second]);
  const panel = page.locator("section.upstream");
  const look = async (name: string) => {
    await panel.evaluate((panel) => panel.scrollIntoView({ block: "start" }));
    await page.evaluate(() => window.scrollBy(0, -140));
    await photograph(page, name, info);
  };
  const tryOut = async (key: string) => {
    const fold = panel.locator("details", { has: control(page, "address") });
    if ((await fold.getAttribute("open")) === null) await fold.locator("summary").click();
    await control(page, "address").fill(sandbox.address);
    await control(page, "secret").fill(key);
    await fold.locator("button[type=submit]").click();
    await expect(panel.locator(".upstream-trial")).toContainText(key.slice(-4));
    await page.locator(".toast button").first().click();
  };
  await open(page, "/settings/keys");
  await look("upstream-none");
  await tryOut("sk_live_of_nobody");
  await look("upstream-refused");
  await tryOut(first);
  await look("upstream-tried");
  await panel.locator(".upstream-trial .button-primary").click();
  await expect(panel.locator(".upstream-trial")).toHaveCount(0);
  await tryOut(second);
  await panel.locator(".upstream-trial .button-primary").click();
  await expect(panel.locator(".banner-info")).toBeVisible();
  await open(page, "/settings/keys");
  await look("upstream");
  await sandbox.stop();

  const headers = { authorization: `Bearer ${await accessKey(page, ["calls:write"])}` };
  const begun = await page.request.post("/api/v1/calls", {
    headers,
    data: { direction: "outbound", from: "+902125550100", to: "+905325550123" },
  });
  const id = (await begun.json()).call.id as string;
  await page.request.post(`/api/v1/calls/${id}/end`, { headers, data: { outcome: "completed" } });
  await page.request.put(`/api/v1/calls/${id}/recording`, { headers, data: tone(65) });
  await open(page, `/calls/${id}`);
  await photograph(page, "call-recording", info);
});
