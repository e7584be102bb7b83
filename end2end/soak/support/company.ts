// A company of one's own, made over HTTP without a browser: signed up, proved, signed in, with an access key.
import { type Person, newPerson } from "../../support/entrance";
import { until } from "./figures";
import { Client, expectStatus } from "./http";
import { type Node } from "./node";

const SCOPES = ["settings:read", "hours:read", "slots:read", "slots:write", "calls:read", "calls:write", "customers:read", "customers:write"];

export type Company = {
  person: Person;
  /** Signed in. */
  browser: Client;
  /** With a key that may do everything that programs do here. */
  program: Client;
};

/** Signs somebody up and proves their address. */
export async function register(node: Node, person = newPerson()): Promise<Person> {
  const stranger = new Client(node.port);
  const { organisation, name, email, password } = person;
  expectStatus(await stranger.call("entrance/sign-up", { organisation, name, email, password }), 200, "sign-up");
  await verify(node, person);
  stranger.close();
  return person;
}

/** Opens the mailed link that proves an address. */
export async function verify(node: Node, person: Person): Promise<void> {
  const token = (await node.link(person.email)).searchParams.get("token") ?? "";
  const stranger = new Client(node.port);
  // The link is in the log a moment before its row is committed.
  await until(`${person.email} is proved`, 10_000, async () => (await stranger.call("entrance/verify-address", { token })).status === 200);
  stranger.close();
}

export async function signIn(node: Node, { email, password }: Person): Promise<Client> {
  const browser = new Client(node.port);
  expectStatus(await browser.call("entrance/sign-in", { email, password }), 200, "sign-in");
  return browser;
}

/** A new access key of the organisation. */
export async function makeKey(browser: Client, scopes = SCOPES): Promise<Client> {
  const fields: Record<string, string> = { name: `Santral ${Math.random()}`, kind: "organisation", lifetime: "90" };
  scopes.forEach((scope, index) => (fields[`scopes][${index}`] = scope));
  expectStatus(await browser.call("keys/create-key", fields), 200, "a key");
  const token = /ayar_[A-Za-z0-9_-]{43}/.exec((await browser.page("/settings/keys")).body)?.[0];
  if (!token) throw new Error("the page does not show the new key");
  return new Client(browser.port, token);
}

export async function startCompany(node: Node): Promise<Company> {
  const person = await register(node);
  const browser = await signIn(node, person);
  return { person, browser, program: await makeKey(browser) };
}

export type Profile = Record<string, string> & { version: string };

/** The profile's form as it is saved now. */
export async function loadProfile(browser: Client): Promise<Profile> {
  const answer = expectStatus(await browser.call("general/load-general"), 200, "the profile");
  const { form } = (JSON.parse(answer.body) as { profile: { form: Record<string, string | number> } }).profile;
  return Object.fromEntries(Object.entries(form).map(([name, value]) => [name, String(value)])) as Profile;
}
