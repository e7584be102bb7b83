// The `test` of every spec: a server per worker, its mailbox, and a page that fails the test for anything the
// browser complains about: console errors (the content security policy among them), exceptions, lost requests.
import AxeBuilder from "@axe-core/playwright";
import { type BrowserContext, type Page, test as base, expect } from "@playwright/test";
import { remember, unseenContrasts } from "./contrast";
import { Mailbox } from "./mail";
import { Server } from "./server";
import { expectStyled } from "./style";

/** What the browser complained about. A test that provokes a complaint says so with `expect`. */
export class Complaints {
  readonly #heard: string[] = [];
  readonly #expected: RegExp[] = [
    // A form that answers with errors in place, and a page changed by two people at once.
    /^console: Failed to load resource: the server responded with a status of (409|422)\b/,
    // The person went on to another page before everything of this one had arrived.
    /net::ERR_ABORTED/,
    // An open page asks by itself who of support is inside, how many call; meanwhile its session may have ended or its server restarts.
    /(status of 40[13]|net::ERR_CONNECTION_\w+).*\/support\/watch\)$|\/support\/watch net::ERR_CONNECTION_\w+$/,
    /net::ERR_CONNECTION_\w+.*\/billing\/watch-slots\)$|\/billing\/watch-slots net::ERR_CONNECTION_\w+$/,
    // With JavaScript switched off Chromium counts the preloads of scripts as refused. A real refusal by the content
    // security policy is an error in the console as well.
    /^request: GET \S+\.js csp$/,
  ];

  /** `complaints.expect(/status of 404/)`: this one is what the test is about. */
  expect(complaint: RegExp): void {
    this.#expected.push(complaint);
  }

  watch(context: BrowserContext): void {
    context.on("console", (message) => {
      if (message.type() === "error") this.#heard.push(`console: ${message.text()} (${message.location().url})`);
    });
    context.on("weberror", (error) => this.#heard.push(`exception: ${error.error().stack ?? error.error().message}`));
    context.on("requestfailed", (request) =>
      this.#heard.push(`request: ${request.method()} ${request.url()} ${request.failure()?.errorText}`),
    );
  }

  unexpected(): string[] {
    return this.#heard.filter((complaint) => !this.#expected.some((known) => known.test(complaint)));
  }
}

/** Another browser: nothing is shared with the first one but the server. */
export type Elsewhere = () => Promise<Page>;

type PerTest = { complaints: Complaints; watched: void; elsewhere: Elsewhere };
type PerWorker = { server: Server; mailbox: Mailbox };

export const test = base.extend<PerTest, PerWorker>({
  server: [
    async ({}, use) => {
      const server = await Server.start();
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
  mailbox: [async ({ server }, use) => use(new Mailbox(server.mailFolder)), { scope: "worker" }],
  baseURL: async ({ server }, use) => use(server.origin),
  complaints: async ({}, use) => use(new Complaints()),
  elsewhere: async ({ browser, complaints }, use) => {
    const opened: BrowserContext[] = [];
    await use(async () => {
      const context = await browser.newContext();
      complaints.watch(context);
      opened.push(context);
      return context.newPage();
    });
    for (const context of opened) await context.close();
  },
  watched: [
    async ({ context, complaints, server }, use, info) => {
      complaints.watch(context);
      const already = (await server.log()).length;
      await use();
      if (info.status !== info.expectedStatus) {
        await info.attach("server log", { body: (await server.log()).slice(already), contentType: "text/plain" });
      }
      expect(complaints.unexpected(), "the browser complained").toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** Zero violations of WCAG 2.2 A and AA and of axe's best practices, on the page as it is now, and the style it needs. */
export async function expectAccessible(page: Page): Promise<void> {
  if (hasJavaScript()) return expectNoViolations(page);
  // axe is a script. It reads what a person without scripts sees in a second page that runs nothing else.
  const url = page.url();
  const html = await page.content();
  const context = await page
    .context()
    .browser()!
    .newContext({ javaScriptEnabled: true, storageState: await page.context().storageState() });
  const copy = await context.newPage();
  await copy.route(url, (route) =>
    route.fulfill({
      contentType: "text/html; charset=utf-8",
      body: html.replace(/<script\b.*?<\/script>/gis, "").replace(/<\/?noscript[^>]*>/gi, ""),
    }),
  );
  await copy.goto(url);
  await expectNoViolations(copy);
  await context.close();
}

async function expectNoViolations(page: Page): Promise<void> {
  await expectStyled(page);
  const contrasts = await unseenContrasts(page);
  const { violations } = await new AxeBuilder({ page })
    .options({ resultTypes: ["violations"], rules: { "color-contrast": { enabled: contrasts.length > 0 } } })
    // Half the time; the other way opens a page of its own to join what frames of other origins say.
    .setLegacyMode(page.frames().length === 1)
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  const found = violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${violation.help}\n  ${node.html}\n  ${node.failureSummary}`),
  );
  expect(found, `axe on ${page.url()}`).toEqual([]);
  remember(contrasts);
}

/** True where this run has JavaScript: for the few steps that differ. */
export function hasJavaScript(): boolean {
  return test.info().project.name !== "nojs";
}
