// Everything a browser with an empty cache loads until a page has come to life, headers included, as Chromium counts
// it (Network.loadingFinished). Run on the optimised build: AYAR_BINARY and AYAR_SITE name it.
import { type Browser, expect, test as base } from "@playwright/test";
import { Server } from "../support/server";

const test = base.extend<object, { server: Server }>({
  server: [
    async ({}, use) => {
      const server = await Server.start();
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
});

type Cookies = Awaited<ReturnType<Awaited<ReturnType<Browser["newContext"]>>["cookies"]>>;

async function visit(browser: Browser, url: string, cookies: Cookies = []): Promise<void> {
  const context = await browser.newContext();
  await context.addCookies(cookies);
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  const kinds = new Map<string, { requests: number; wire: number; plain: number }>();
  const open = new Map<string, string>();
  const kindOf = (type: string, path: string) =>
    path.includes("/chunk_") ? "Wasm chunks" : path.endsWith(".wasm") ? "Wasm" : type;
  const count = (id: string, what: { requests?: number; wire?: number; plain?: number }) => {
    const kind = open.get(id);
    if (!kind) return;
    const sum = kinds.get(kind) ?? { requests: 0, wire: 0, plain: 0 };
    sum.requests += what.requests ?? 0;
    sum.wire += what.wire ?? 0;
    sum.plain += what.plain ?? 0;
    kinds.set(kind, sum);
  };
  session.on("Network.responseReceived", ({ requestId, type, response }) => {
    if (!response.url.startsWith("http")) return;
    open.set(requestId, kindOf(type, new URL(response.url).pathname));
    if (process.env["EACH"]) console.log(type, response.url, response.headers["content-encoding"] ?? response.headers["Content-Encoding"]);
  });
  session.on("Network.dataReceived", ({ requestId, dataLength }) => count(requestId, { plain: dataLength }));
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) =>
    count(requestId, { requests: 1, wire: encodedDataLength }),
  );
  await page.goto(url);
  await expect(page.locator("html")).toHaveAttribute("data-live", "");
  await page.waitForLoadState("networkidle");

  console.log(`\nfirst visit to ${new URL(url).pathname}`);
  const line = (name: string, requests: number, wire: number, plain: number) =>
    console.log(`  ${name.padEnd(14)}${String(requests).padStart(4)} requests ${kb(wire)} sent, ${kb(plain)} unpacked`);
  const all = [...kinds].sort(([, a], [, b]) => b.wire - a.wire);
  for (const [kind, { requests, wire, plain }] of all) line(kind, requests, wire, plain);
  const sum = (of: "requests" | "wire" | "plain") => all.reduce((total, [, kind]) => total + kind[of], 0);
  line("altogether", sum("requests"), sum("wire"), sum("plain"));
  await context.close();
}

const kb = (bytes: number) => `${(bytes / 1000).toFixed(1)} KB`.padStart(10);

test("first visits", async ({ browser, server }) => {
  const printed = await server.run("demo");
  const read = (name: string) => new RegExp(`^\\s*${name}\\s+(\\S+)$`, "m").exec(printed)?.[1] ?? "";

  await visit(browser, `${server.origin}/login`);

  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${server.origin}/login`);
  await page.locator("[name='form[email]']").fill(read("e-mail"));
  await page.locator("[name='form[password]']").fill(read("password"));
  await page.locator(".entrance-card button[type=submit]").click();
  await page.waitForURL("**/settings/general");
  const cookies = await context.cookies();
  await context.close();

  await visit(browser, `${server.origin}/settings/general`, cookies);
  await visit(browser, `${server.origin}/settings/hours`, cookies);
});
