// An access key of one's own company, made without drawing a page: for specs of what a program does with it.
import { type Page, expect } from "@playwright/test";
import { post } from "./company";

/** The token of a new key of the organisation with these scopes. */
export async function accessKey(page: Page, scopes: string[], name = "Santral"): Promise<string> {
  const fields: Record<string, string> = { name, kind: "organisation", lifetime: "90" };
  // `post` writes `form[…]` around it.
  scopes.forEach((scope, index) => (fields[`scopes][${index}`] = scope));
  await post(page, "/settings/keys", "keys/create-key", fields);
  const shown = await (await page.request.get("/settings/keys")).text();
  const token = /ayar_[A-Za-z0-9_-]{43}/.exec(shown)?.[0];
  expect(token, "the page shows the new key").toBeTruthy();
  return token ?? "";
}
