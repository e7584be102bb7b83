// Somebody of the vendor's support: made by the operator's shell, with a password and an app of their own.
import { type Page, expect } from "@playwright/test";
import { type Phone, setUpApp } from "./account";
import { control } from "./company";
import { type Person, alive, fillLogin, open } from "./entrance";
import { type Server } from "./server";

export type Staff = { person: Person; phone: Phone };

let made = 0;

/** Makes staff, chooses their password by the printed link and sets their app up; ends at the desk. */
export async function startStaff(page: Page, server: Server, name = "Deniz Kara"): Promise<Staff> {
  made += 1;
  const email = `deniz-${process.pid}-${made}@ayar.example`;
  const person: Person = { organisation: "", name, email, password: "yeşil vapur 58 martı" };
  const printed = await server.run("staff", "add", email, "--name", name);
  const link = /https?:\/\/\S+\/reset\?token=\S+/.exec(printed)?.[0];
  if (!link) throw new Error(`no link in:\n${printed}`);
  await open(page, link);
  await page.locator("#f-password").fill(person.password);
  await page.locator("#f-password_again").fill(person.password);
  await page.locator("main form button[type=submit]").click();
  await page.waitForURL("**/login*");
  await open(page, "/login");
  await fillLogin(page, email, person.password);
  await page.waitForURL("**/support");
  await alive(page);
  const { phone } = await setUpApp(page);
  await open(page, "/support");
  return { person, phone };
}

/** Finds a company by its name and opens the form to enter it. */
export async function choose(page: Page, organisation: string): Promise<void> {
  await open(page, "/support");
  await page.getByRole("searchbox").fill(organisation);
  await page.getByRole("button", { name: "Bul", exact: true }).click();
  await page.getByRole("link", { name: `${organisation} şirketini seç` }).click();
  await page.locator("#f-reason").waitFor();
  await alive(page);
}

/** As an administrator: lets support in, and how far, or no longer. */
export async function permit(page: Page, access: "allow" | "deny", mode: "read" | "write" = "read"): Promise<void> {
  await open(page, "/settings/general");
  await page.locator(`#f-support_access-${access}`).check();
  await control(page, "support_mode").selectOption(mode);
  await page.locator("button[form=general]").click();
  await expect(page.locator(".toast-ok", { hasText: "Kaydedildi: Bağlantı izni" })).toBeVisible();
  await alive(page);
}

/** Why and how somebody enters. */
export type Visit = { reason: string; ticket?: string; mode?: "read" | "write" };

export async function enter(page: Page, organisation: string, visit: Visit): Promise<void> {
  await choose(page, organisation);
  await page.locator("#f-reason").fill(visit.reason);
  await page.locator("#f-ticket").fill(visit.ticket ?? "");
  await page.locator(`#f-mode-${visit.mode ?? "read"}`).check();
  await page.getByRole("button", { name: "Gir", exact: true }).click();
  await page.waitForURL("**/settings/general?saved=support/enter");
  await alive(page);
}
