// How a fault tells what it measured: one line, or a small table.

export const sleep = (ms: number) => new Promise<void>((later) => setTimeout(later, ms));

/** Waits until `look` finds something; throws after `within` milliseconds. Gives what was found. */
export async function until<T>(what: string, within: number, look: () => Promise<T | undefined | false>): Promise<T> {
  const deadline = Date.now() + within;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${within} ms`);
    await sleep(25);
  }
}

/** The value that this part of the others does not exceed: `percentile(ms, 0.99)`. */
export function percentile(values: number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
}

export const most = (values: number[]): number => values.reduce((a, b) => Math.max(a, b), 0);

/** `12 ms`, `3.4 s` */
export function time(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** How often each value stands in a list: `200 × 31, 503 × 4`. */
export function counted(values: (string | number)[]): string {
  const counts = new Map<string | number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].map(([value, count]) => `${value} × ${count}`).join(", ") || "none";
}

/** A line of the report. */
export function figure(name: string, value: string | number): void {
  console.log(`      ${`${name} `.padEnd(58, ".")} ${value}`);
}

/** Whatever of `wrong` there is breaks a promise. */
export function promised(promise: string, wrong: string[]): void {
  if (wrong.length > 0) throw new Error(`broken: ${promise}\n  ${wrong.slice(0, 20).join("\n  ")}${wrong.length > 20 ? `\n  … ${wrong.length} in all` : ""}`);
  console.log(`      held: ${promise}`);
}
