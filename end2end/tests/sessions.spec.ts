// Where one is signed in, and ending it elsewhere: with and without JavaScript.
import type { Page } from "@playwright/test";
import { startCompany } from "../support/company";
import { alive, fillLogin, open, signIn } from "../support/entrance";
import { expect, expectAccessible, test } from "../support/test";

const END = "Oturumu kapat: Chrome · Linux";

/** The next page leads to sign-in, says why, and leads back. */
async function expectOut(page: Page): Promise<void> {
  expect((await page.request.get("/files/photo/none/128")).status()).toBe(401);
  await page.goto("/settings/hours");
  await expect(page).toHaveURL(/\/login\?next=%2Fsettings%2Fhours&ended=session_revoked$/);
  await expect(page.getByText("Oturumunuz başka bir cihazdan ya da bir yönetici tarafından kapatıldı.")).toBeVisible();
  await alive(page);
}

test("one browser ends the session of another, whose next request is refused with the reason", async ({
  page,
  mailbox,
  elsewhere,
}) => {
  const person = await startCompany(page, mailbox);
  await open(page, "/account/sessions");
  await expect(page.getByText("Başka açık oturum yok")).toBeVisible();
  await expectAccessible(page);
  const other = await elsewhere();
  await signIn(other, person);

  await open(page, "/account/sessions");
  const current = page.getByRole("region", { name: "Bu oturum" });
  await expect(current.getByText("Bu cihaz")).toBeVisible();
  await expect(current.getByRole("button")).toHaveCount(0);
  await expect(page.getByRole("button", { name: END })).toHaveCount(1);
  await expectAccessible(page);
  await page.getByRole("button", { name: END }).click();
  await expect(page.getByText("Oturum kapatıldı. O cihaz artık hesabınıza erişemez.")).toBeVisible();
  await expect(page.getByText("Başka açık oturum yok")).toBeVisible();

  await expectOut(other);
  await fillLogin(other, person.email, person.password);
  await other.waitForURL("**/settings/hours");
  await open(page, "/account/sessions");
  await expect(page.getByRole("button", { name: END })).toHaveCount(1);
});

test("all others are ended at once, this one stays", async ({ page, mailbox, elsewhere }) => {
  const person = await startCompany(page, mailbox);
  const others = [await elsewhere(), await elsewhere()];
  for (const other of others) await signIn(other, person);
  await open(page, "/account/sessions");
  await expect(page.getByRole("button", { name: END })).toHaveCount(2);
  await page.getByRole("button", { name: "Diğer oturumların hepsini kapat" }).click();
  await expect(page.getByText("Başka açık oturum yok")).toBeVisible();
  for (const other of others) await expectOut(other);
  await open(page, "/settings/hours");
  await expect(page).toHaveURL(/\/settings\/hours$/);
});

test("somebody else's session is nobody's", async ({ page, mailbox, elsewhere, server }) => {
  await startCompany(page, mailbox);
  const stranger = await elsewhere();
  const victim = await startCompany(stranger, mailbox);
  await signIn(await elsewhere(), victim);
  await open(stranger, "/account/sessions");
  const session = await stranger.locator("input[name='form[session]']").inputValue();
  const answer = await page.request.post("/api/account/end-session", {
    headers: { origin: server.origin },
    form: { "form[session]": session },
  });
  expect(answer.status()).toBe(404);
  await open(stranger, "/account/sessions");
  await expect(stranger.getByRole("button", { name: END })).toHaveCount(1);
});
