// Where one is signed in, and ending it elsewhere: with and without JavaScript.
import type { Page } from "@playwright/test";
import { startCompany } from "../support/company";
import { alive, fillLogin, open, signIn } from "../support/entrance";
import { expect, expectAccessible, test } from "../support/test";
import { type Words, inBothLanguages, turkish } from "../support/words";

const end = (w: Words) => w("Oturumu kapat: Chrome · Linux", "End session: Chrome · Linux");
const noOthers = (w: Words) => w("Başka açık oturum yok", "No other sessions");

/** The next page leads to sign-in, says why, and leads back. */
async function expectOut(page: Page, w: Words): Promise<void> {
  expect((await page.request.get("/files/photo/none/128")).status()).toBe(401);
  await page.goto("/settings/hours");
  await expect(page).toHaveURL(/\/login\?next=%2Fsettings%2Fhours&ended=session_revoked$/);
  const reason = w(
    "Oturumunuz başka bir cihazdan ya da bir yönetici tarafından kapatıldı.",
    "Your session was ended from another device or by an administrator.",
  );
  await expect(page.getByText(reason)).toBeVisible();
  await alive(page);
}

inBothLanguages((w) => {
  test("one browser ends the session of another, whose next request is refused with the reason", async ({
    page,
    mailbox,
    elsewhere,
  }) => {
    const person = await startCompany(page, mailbox);
    await open(page, "/account/sessions");
    await expect(page.getByText(noOthers(w))).toBeVisible();
    await expectAccessible(page);
    const other = await elsewhere();
    await signIn(other, person);

    await open(page, "/account/sessions");
    const current = page.getByRole("region", { name: w("Bu oturum", "This session") });
    await expect(current.getByText(w("Bu cihaz", "This device"))).toBeVisible();
    await expect(current.getByRole("button")).toHaveCount(0);
    await expect(page.getByRole("button", { name: end(w) })).toHaveCount(1);
    await expectAccessible(page);
    await page.getByRole("button", { name: end(w) }).click();
    const ended = w(
      "Oturum kapatıldı. O cihaz artık hesabınıza erişemez.",
      "The session has ended. That device can no longer reach your account.",
    );
    await expect(page.getByText(ended)).toBeVisible();
    await expect(page.getByText(noOthers(w))).toBeVisible();

    await expectOut(other, w);
    await fillLogin(other, person.email, person.password);
    await other.waitForURL("**/settings/hours");
    await open(page, "/account/sessions");
    await expect(page.getByRole("button", { name: end(w) })).toHaveCount(1);
  });

  test("all others are ended at once, this one stays", async ({ page, mailbox, elsewhere }) => {
    const person = await startCompany(page, mailbox);
    const others = [await elsewhere(), await elsewhere()];
    for (const other of others) await signIn(other, person);
    await open(page, "/account/sessions");
    await expect(page.getByRole("button", { name: end(w) })).toHaveCount(2);
    await page.getByRole("button", { name: w("Diğer oturumların hepsini kapat", "End all other sessions") }).click();
    await expect(page.getByText(noOthers(w))).toBeVisible();
    for (const other of others) await expectOut(other, w);
    await open(page, "/settings/hours");
    await expect(page).toHaveURL(/\/settings\/hours$/);
  });
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
  await expect(stranger.getByRole("button", { name: end(turkish) })).toHaveCount(1);
});
