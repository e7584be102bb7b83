// Everything a browser with an empty cache loads until a page has come to life, for every page; and what a room costs that is
// opened by a link once /settings/general is there.
import { type Browser, type BrowserContext, type Page, expect } from "@playwright/test";
import { type Cookies } from "../support/demo";
import { entrances, rooms } from "../support/pages";
import { against, kb, table, test } from "./support/measure";
import { type Loaded, Wire, bytes, files, kinds } from "./support/wire";

const FIRST = 250_000;
const READABLE = 30_000;
const FURTHER = 25_000;
/** Where a walk through the rooms begins. */
const HOME = "/settings/general";

async function open(browser: Browser, path: string, storageState?: Cookies): Promise<{ context: BrowserContext; page: Page; wire: Wire; loaded: Loaded }> {
  const context = await browser.newContext({ ...(storageState && { storageState }) });
  const page = await context.newPage();
  const wire = await Wire.listen(page);
  const answer = await page.goto(path);
  expect(answer?.status(), path).toBe(200);
  expect(new URL(page.url()).pathname).toBe(path);
  await expect(page.locator("html")).toHaveAttribute("data-live", "");
  return { context, page, wire, loaded: await wire.take() };
}

/** What comes when somebody goes on to `path` by a link. */
async function further(browser: Browser, path: string, owner: Cookies): Promise<Loaded> {
  const { context, page, wire } = await open(browser, HOME, owner);
  const title = await page.title();
  await page.evaluate((path) => {
    const made = Object.assign(document.createElement("a"), { href: path });
    const link = document.querySelector<HTMLAnchorElement>(`a[href="${path}"]`) ?? made;
    if (link === made) document.body.append(made);
    link.click();
    document.documentElement.dataset["stayed"] = "";
  }, path);
  await page.waitForURL(`**${path}`);
  await expect(page).not.toHaveTitle(title);
  const loaded = await wire.take();
  await expect(page.locator("html"), `${path} was loaded anew`).toHaveAttribute("data-stayed", "");
  await context.close();
  return loaded;
}

function row(path: string, loaded: Loaded, more?: Loaded): string[] {
  const altogether = bytes(loaded, ...kinds);
  const readable = bytes(loaded, "document", "style");
  return [
    `\`${path}\``,
    String(files(loaded, ...kinds)),
    kb(bytes(loaded, "document")),
    kb(bytes(loaded, "Wasm")),
    `${kb(bytes(loaded, "pieces"))} (${files(loaded, "pieces")})`,
    kb(bytes(loaded, "scripts")),
    kb(bytes(loaded, "style")),
    kb(bytes(loaded, "icons", "answers")),
    against(FIRST, altogether, kb(altogether)),
    against(READABLE, readable, kb(readable)),
    kb(bytes(loaded, "document", "style", "icons")),
    more ? against(FURTHER, bytes(more, ...kinds), `${kb(bytes(more, ...kinds))} (${files(more, ...kinds)})`) : "",
  ];
}

test("first visits", async ({ browser, owner }) => {
  const rows: string[][] = [];
  for (const path of [...entrances, ...rooms]) {
    const cookies = rooms.includes(path) ? owner : undefined;
    const { context, loaded } = await open(browser, path, cookies);
    await context.close();
    rows.push(row(path, loaded, cookies && path !== HOME ? await further(browser, path, owner) : undefined));
  }
  table(
    `First visits, KB over the wire. Goals: ${FIRST / 1000} altogether, ${READABLE / 1000} for what is read and used before the Wasm (HTML and CSS), ${FURTHER / 1000} for a further room (from ${HOME}, by a link).`,
    ["page", "requests", "document", "Wasm", "pieces (files)", "scripts", "style", "rest", "altogether", "HTML and CSS", "with icons and pictures", "further room (requests)"],
    rows,
  );
});
