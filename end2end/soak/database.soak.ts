// The database is stopped, and the network to it swallows everything, for twenty seconds each.
import { test } from "@playwright/test";
import { check } from "./support/check";
import { type Company, startCompany } from "./support/company";
import { Database } from "./support/database";
import { counted, figure, most, percentile, promised, sleep, time } from "./support/figures";
import { type Answer, ask } from "./support/http";
import { Load, customerPhone } from "./support/load";
import { Node } from "./support/node";
import { Proxy } from "./support/proxy";

const FOR = 20_000;
const BACK_WITHIN = 5000;
/** After that the server knows. */
const NOTICED_WITHIN = 4000;
/** `/readyz` asks the database itself, and gives it two seconds. */
const ANSWERED_WITHIN = (name: string) => (name === "/readyz" ? 3000 : 1000);

type Seen = { at: number; status: number; ms: number; retry: string; says: string };

/** Asks again and again until `stop`, three at a time: what was answered. */
function watch(send: () => Promise<Answer>): { seen: Seen[]; stop: () => Promise<void> } {
  const seen: Seen[] = [];
  let stopped = false;
  const one = async (): Promise<void> => {
    while (!stopped) {
      const at = performance.now();
      const answer = await send().catch((error: Error) => ({ status: 0, headers: {} as Answer["headers"], ms: performance.now() - at, body: error.message }));
      const says = /"code":"(\w+)"|empty-code mono">(\w+)/.exec(answer.body);
      seen.push({ at, status: answer.status, ms: answer.ms, retry: answer.headers["retry-after"] ?? "", says: says?.[1] ?? says?.[2] ?? answer.body.trim().slice(0, 40) });
      await sleep(150);
    }
  };
  const running = [one(), one(), one()];
  return { seen, stop: async () => ((stopped = true), void (await Promise.all(running))) };
}

const ways = ["is stopped", "does not answer any more"] as const;

for (const way of ways) {
  test(`the database ${way} for ${FOR / 1000} s`, async () => {
    const database = Database.postgres();
    const proxy = await Proxy.start(database.port);
    const node = await Node.start({ database: database.through(proxy.port) });
    const company = await startCompany(node);
    const load = new Load(company);
    load.start(node.port, { profile: 1, customer: 1, call: 1 });
    await sleep(1500);

    if (way === "is stopped") await proxy.cut();
    else proxy.swallow();
    const cut = performance.now();
    const probes = { "/livez": probe(node, "/livez"), "/readyz": probe(node, "/readyz"), "a page": page(company), "a write": write(company) };
    await sleep(FOR);
    await proxy.mend();
    const mended = performance.now();
    await sleep(BACK_WITHIN + 5000);
    await Promise.all(Object.values(probes).map((watched) => watched.stop()));
    await load.stop();

    const wrong: string[] = [];
    for (const [name, { seen }] of Object.entries(probes)) {
      const meanwhile = seen.filter(({ at }) => at < mended);
      const times = meanwhile.map(({ ms }) => ms);
      // Of those that were asked when the server had had time to notice.
      const later = meanwhile.filter(({ at, ms }) => at > cut + NOTICED_WITHIN && at + ms < mended);
      const back = seen.find(({ at, status }) => at >= mended && status > 0 && status < 400);
      // A key that asks too often is refused as well (429), and that is well.
      const settled = seen.filter(({ at, ms, status }) => at + ms > mended && (status === 0 || status >= 500)).at(-1);
      figure(name, counted(meanwhile.map(({ status, says }) => `${status || "no answer"}${status < 400 ? "" : ` ${says}`}`)));
      figure("  answered within", `median ${time(percentile(times, 0.5))}, at most ${time(most(times))}; after ${NOTICED_WITHIN / 1000} s at most ${time(most(later.map(({ ms }) => ms)))}`);
      figure("  well again after", back ? `${time(back.at + back.ms - mended)}${settled ? ` (last refusal ${time(settled.at + settled.ms - mended)})` : ""}` : "never");

      if (name === "/livez" && meanwhile.some(({ status }) => status !== 200)) wrong.push("/livez did not stay ok");
      if (name === "/readyz" && !later.every(({ status }) => status === 503)) wrong.push("/readyz did not go unready");
      if (name !== "/livez" && later.some(({ status, retry, ms }) => status !== 503 || (name !== "/readyz" && retry === "") || ms > ANSWERED_WITHIN(name))) {
        wrong.push(`${name}: after ${NOTICED_WITHIN / 1000} s not every answer was a 503 with Retry-After, at once`);
      }
      if (later.length === 0) wrong.push(`${name}: nothing was answered after ${NOTICED_WITHIN / 1000} s`);
      if (most(times) > BACK_WITHIN) wrong.push(`${name}: somebody waited ${time(most(times))}`);
      if (!back || back.at + back.ms - mended > BACK_WITHIN) wrong.push(`${name}: not well again within ${BACK_WITHIN / 1000} s`);
      if (settled && settled.at - mended > BACK_WITHIN) wrong.push(`${name}: still refused ${time(settled.at - mended)} after the database was back`);
    }
    figure("writes acknowledged beside it", load.acknowledged.length);
    wrong.push(...(await check(node, load)).wrong);
    promised("while the database is away: 503 with Retry-After, /readyz unready, /livez ok; well again within 5 s; no acknowledged write lost", wrong);
    await node.remove();
    await proxy.stop();
  });
}

function probe(node: Node, path: string) {
  return watch(() => ask(node.port, "GET", path, { agent: false }));
}

function page({ browser }: Company) {
  return watch(() => browser.page("/settings/general"));
}

function write({ program }: Company) {
  return watch(() => {
    const phone = customerPhone();
    return program.api("POST", "/customers", { name: `Meanwhile ${phone}`, phone });
  });
}
