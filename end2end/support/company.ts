// A company of one's own, signed in and on its first page, the controls of its forms, and people who join it.
import { type Locator, type Page, expect } from "@playwright/test";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Person, newPerson, open } from "./entrance";
import { type Mailbox } from "./mail";
import { type Server } from "./server";

/** The control posted under `form[<field>]`; never a button of the shell with the same name. */
export function control(page: Page, field: string): Locator {
  return page.locator(`:is(input, select, textarea)[name="form[${field}]"]`);
}

/** Posts a form of the page at `path` as a browser without scripts does, with the cookies of `page`. */
export async function post(page: Pick<Page, "request">, path: string, action: string, fields: Record<string, string>): Promise<void> {
  const form = Object.fromEntries(Object.entries(fields).map(([field, value]) => [`form[${field}]`, value]));
  const headers = { "sec-fetch-site": "same-origin" };
  const answer = await page.request.post(`${path}?do=${action}`, { form, headers, maxRedirects: 0 });
  expect(answer.status(), `${action}\n${await answer.text()}`).toBe(303);
}

/** Signs a company up and proves its address, without drawing a page: for specs of what comes after the entrance. */
export async function register(page: Page, mailbox: Mailbox, person = newPerson()): Promise<Person> {
  const { organisation, name, email, password } = person;
  await post(page, "/signup", "entrance/sign-up", { organisation, name, email, password });
  const token = new URL(await mailbox.link(email)).searchParams.get("token") ?? "";
  await post(page, "/verify", "entrance/verify-address", { token });
  return person;
}

/** A company of one's own: registered, signed in and on its first page. */
export async function startCompany(
  page: Page,
  mailbox: Mailbox,
  organisation = "Yıldız Çağrı Merkezi",
): Promise<Person> {
  const person = await register(page, mailbox, { ...newPerson(), organisation });
  await post(page, "/login", "entrance/sign-in", { email: person.email, password: person.password });
  await open(page, "/settings/general");
  return person;
}

const JOIN = `
import sqlite3, sys
file, email, owner, role, only = sys.argv[1:]
with sqlite3.connect(file, timeout=20) as on:
    joined = on.execute("""
        INSERT INTO membership (organisation_id, person_id, role, created_at)
        SELECT theirs.organisation_id, person.id, ?, theirs.created_at
        FROM person, membership AS theirs JOIN person AS owner ON owner.id = theirs.person_id
        WHERE person.email = ? AND owner.email = ?""", (role, email, owner))
    assert joined.rowcount == 1, joined.rowcount
    if only == "true":
        on.execute("""
            DELETE FROM membership WHERE role = 'owner'
            AND person_id = (SELECT id FROM person WHERE email = ?)""", (email,))
`;

/** Where else somebody belongs, and what they may do here. */
export type Joining = { role?: "member" | "admin"; only?: boolean };

/**
 * Makes somebody who has signed up a member of `owner`'s organisation too, or of that one `only`. Written into the
 * database, because only the spec of invitations is about them. Python, because Node 20 can't read SQLite.
 */
export async function joinCompany(server: Server, person: Person, owner: Person, how: Joining = {}): Promise<void> {
  const { role = "member", only = false } = how;
  const file = join(server.folder, "ayar.db");
  await promisify(execFile)("python3", ["-c", JOIN, file, person.email, owner.email, role, String(only)]);
}

/** Somebody who works at `owner`'s and has not signed in yet. */
export async function hire(page: Page, mailbox: Mailbox, server: Server, owner: Person, how?: Joining): Promise<Person> {
  const person = await register(page, mailbox, { ...newPerson(), name: "Mehmet Kaya" });
  await joinCompany(server, person, owner, how);
  return person;
}
