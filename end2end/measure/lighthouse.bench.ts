// Lighthouse over every page, as a phone and as a desk, each with an empty cache. Nothing fails here but a page that can't be
// examined: what costs points stands under the scores. It is installed apart, in ../lighthouse, by scripts/setup.sh bench.
import { chromium, expect } from "@playwright/test";
import { browser as started } from "../support/browser";
import { entrances, rooms } from "../support/pages";
import { freePort } from "../support/server";
import { table, test } from "./support/measure";

const CATEGORIES = ["performance", "accessibility", "best-practices"] as const;
const FORMS = ["mobile", "desktop"] as const;

type Audit = { score: number | null; displayValue?: string; details?: { items?: { node?: { snippet?: string }; description?: string }[] } };
type Report = {
  finalDisplayedUrl: string;
  runtimeError?: { code: string; message: string };
  categories: Record<string, { score: number | null; auditRefs: { id: string; weight: number }[] }>;
  audits: Record<string, Audit>;
};
type Flags = { port: number; logLevel: string; onlyCategories: readonly string[]; disableFullPageScreenshot: boolean; extraHeaders: Record<string, string> };
type Lighthouse = (url: string, flags: Flags, config?: object) => Promise<{ lhr: Report } | undefined>;

const installed = async <T>(file: string): Promise<T> => ((await import(new URL(`../lighthouse/node_modules/lighthouse/core/${file}`, import.meta.url).href)) as { default: T }).default;

const points = (report: Report, category: string) => Math.round((report.categories[category]?.score ?? NaN) * 100);

/** The audits of a category that cost points: which, by how much, and where. */
function costly(report: Report, category: string): string[] {
  return (report.categories[category]?.auditRefs ?? []).flatMap(({ id, weight }) => {
    const audit = report.audits[id];
    if (!audit || weight === 0 || audit.score === null || audit.score === 1) return [];
    const first = audit.details?.items?.[0];
    const where = category === "performance" ? undefined : (first?.node?.snippet ?? first?.description);
    return [[id, audit.displayValue, where && `\`${where.slice(0, 200)}\``].filter(Boolean).join(" ")];
  });
}

test("Lighthouse", async ({ demo, owner }) => {
  const lighthouse = await installed<Lighthouse>("index.js");
  const desktop = await installed<object>("config/desktop-config.js");
  const port = await freePort();
  const { executablePath, args } = started.launchOptions;
  const browser = await chromium.launch({ executablePath, args: [...args, `--remote-debugging-port=${port}`] });
  const cookie = owner.cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  const rows: string[][] = [];
  const below: string[] = [];
  for (const path of [...entrances, ...rooms]) {
    const scores: string[] = [];
    for (const form of FORMS) {
      const extraHeaders: Record<string, string> = rooms.includes(path) ? { cookie } : {};
      const flags = { port, logLevel: "error", onlyCategories: CATEGORIES, disableFullPageScreenshot: true, extraHeaders };
      const report = (await lighthouse(demo.server.origin + path, flags, form === "desktop" ? desktop : undefined))?.lhr;
      expect.soft(report?.runtimeError, path).toBeUndefined();
      expect.soft(report && new URL(report.finalDisplayedUrl).pathname).toBe(path);
      if (!report) continue;
      for (const category of CATEGORIES) {
        const score = points(report, category);
        scores.push(String(score));
        if (score < 100) below.push(`- \`${path}\`, ${form}, ${category} ${score}: ${costly(report, category).join("; ")}`);
      }
    }
    rows.push([`\`${path}\``, ...scores]);
    console.log(`${path}: ${scores.join(", ")}`);
  }
  await browser.close();
  table("Lighthouse, of 100 points", ["page", ...FORMS.flatMap((form) => CATEGORIES.map((category) => `${category}, ${form}`))], rows);
  console.log(`\nWhat costs points\n\n${below.join("\n")}`);
});
