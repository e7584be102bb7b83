// How long a page takes to be seen and to come to life, and what it then holds: the server on the same machine, an empty
// cache, the processor as it is and slowed down four times. And that a form needs none of it.
import { type Browser, expect } from "@playwright/test";
import { control } from "../support/company";
import { type Cookies } from "../support/demo";
import { kb, median, table, test } from "./support/measure";
import { Wire } from "./support/wire";

const PAGES = ["/login", "/settings/general", "/settings/hours", "/dashboard", "/calls"];
const TIMES = 5;

type Seen = { live?: number; memories: Set<WebAssembly.Memory> };
type Once = { painted: number; live: number; tasks: number; heap: number; wasm: number };

/** In the page, before anything of it runs. */
function watch(): void {
  const seen: Seen = { memories: new Set() };
  Object.assign(globalThis, { seen });
  new MutationObserver(() => {
    seen.live ??= performance.now();
  }).observe(document, { subtree: true, attributeFilter: ["data-live"] });
  for (const name of ["instantiate", "instantiateStreaming"] as const) {
    const original = WebAssembly[name] as (...args: unknown[]) => Promise<WebAssembly.WebAssemblyInstantiatedSource>;
    const noting = async (...args: unknown[]) => {
      const made = await original(...args);
      for (const value of Object.values(made.instance?.exports ?? {})) {
        if (value instanceof WebAssembly.Memory) seen.memories.add(value);
      }
      return made;
    };
    Object.assign(WebAssembly, { [name]: noting });
  }
}

async function once(browser: Browser, path: string, rate: number, storageState?: Cookies): Promise<Once> {
  const context = await browser.newContext({ ...(storageState && { storageState }) });
  await context.addInitScript(watch);
  const page = await context.newPage();
  const wire = await Wire.listen(page);
  const session = await context.newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate });
  await session.send("Performance.enable");
  await page.goto(path);
  await expect(page.locator("html")).toHaveAttribute("data-live", "");
  await wire.take();
  const metric = async (name: string) => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find((metric) => metric.name === name)?.value ?? NaN;
  };
  const tasks = (await metric("TaskDuration")) * 1_000;
  const seen = await page.evaluate(() => ({
    painted: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN,
    live: (globalThis as unknown as { seen: Seen }).seen.live ?? NaN,
    wasm: [...(globalThis as unknown as { seen: Seen }).seen.memories].reduce((sum, memory) => sum + memory.buffer.byteLength, 0),
  }));
  await session.send("HeapProfiler.collectGarbage");
  const heap = await metric("JSHeapUsedSize");
  await context.close();
  const measured = { ...seen, tasks, heap };
  for (const [name, value] of Object.entries(measured)) expect(value, `${name} of ${path}`).toBeGreaterThan(0);
  return measured;
}

test("coming to life", async ({ browser, owner }) => {
  const rows: string[][] = [];
  for (const path of PAGES) {
    const cookies = path === "/login" ? undefined : owner;
    const all: Record<number, Once[]> = {};
    for (const rate of [1, 4]) {
      all[rate] = [];
      for (let time = 0; time < TIMES; time += 1) all[rate].push(await once(browser, path, rate, cookies));
    }
    const of = (rate: number, what: keyof Once) => median((all[rate] ?? []).map((one) => one[what]));
    const times = [1, 4].flatMap((rate) => (["painted", "live", "tasks"] as const).map((what) => `${Math.round(of(rate, what))} ms`));
    rows.push([`\`${path}\``, ...times, `${kb(of(1, "heap"))} KB`, `${kb(of(1, "wasm"))} KB`]);
  }
  table(
    `Coming to life, median of ${TIMES}: since the navigation began; main thread is the time of all its tasks`,
    ["page", "first paint", "alive", "main thread", "first paint, 4× slower", "alive", "main thread", "JavaScript heap", "Wasm memory"],
    rows,
  );
});

test("a form saves before the page has come to life", async ({ browser, owner }) => {
  const context = await browser.newContext({ storageState: owner });
  let refused = 0;
  await context.route("**/*.wasm", async (route) => {
    refused += 1;
    await route.abort();
  });
  const page = await context.newPage();
  let loaded = 0;
  page.on("framenavigated", () => (loaded += 1));
  await page.goto("/settings/general");
  // A page that misses a file is loaded once more (shell/start.js).
  await expect.poll(() => loaded).toBe(2);
  await page.waitForLoadState();
  const name = `Kutup Yıldızı ${Date.now()}`;
  await control(page, "name").fill(name);
  await page.locator('button[form="general"]').click();
  await page.waitForURL("**/settings/general?saved=**");
  await expect(page.locator(".toast-ok")).toBeVisible();
  await expect(page.locator("html[data-live]")).toHaveCount(0);
  expect(refused).toBeGreaterThan(0);
  await context.close();

  const afterwards = await browser.newContext({ storageState: owner });
  const again = await afterwards.newPage();
  await again.goto("/settings/general");
  await expect(again.locator("html")).toHaveAttribute("data-live", "");
  await expect(control(again, "name")).toHaveValue(name);
  await afterwards.close();
});
