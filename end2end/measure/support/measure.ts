// What every measurement starts from, and how it tells its numbers. Run on the optimised build: AYAR_BINARY and AYAR_SITE.
import { type Cookies, demoServer, signInOwner } from "../../support/demo";

/** The company of `ayar demo`, and its owner signed in. */
export const test = demoServer.extend<object, { owner: Cookies }>({
  owner: [async ({ demo }, use) => use(await signInOwner(demo)), { scope: "worker" }],
});

/** Prints a table as docs/performance.md has it. */
export function table(title: string, head: string[], rows: string[][]): void {
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  console.log(`\n${title}\n\n${[line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n")}`);
}

/** What is more than its goal is marked. */
export const against = (goal: number, value: number, text: string) => (value > goal ? `${text} ✗` : `**${text}** ✓`);

export const kb = (bytes: number) => (bytes / 1000).toFixed(1);

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error("nothing was measured");
  return middle;
}
