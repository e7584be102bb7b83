// A company of one's own, signed in and on its first page, and the controls of its forms.
import { type Locator, type Page } from "@playwright/test";
import { type Person, newPerson, signIn, signUp } from "./entrance";
import { type Mailbox } from "./mail";

/** The control posted under `form[<field>]`; never a button of the shell with the same name. */
export function control(page: Page, field: string): Locator {
  return page.locator(`:is(input, select, textarea)[name="form[${field}]"]`);
}

/** Signs up, opens the mailed link, signs in; ends on /settings/general. */
export async function startCompany(
  page: Page,
  mailbox: Mailbox,
  organisation = "Yıldız Çağrı Merkezi",
): Promise<Person> {
  const person = await signUp(page, mailbox, { ...newPerson(), organisation });
  await signIn(page, person);
  return person;
}
