// Five hundred clients that send one byte in a second: half of them headers, half of them bodies.
import { test } from "@playwright/test";
import { startCompany } from "./support/company";
import { counted, figure, most, percentile, promised, sleep, time, until } from "./support/figures";
import { Node } from "./support/node";
import { Slow, halfPost } from "./support/raw";

const EACH = 250;
const PATIENCE = 45_000;

test(`${2 * EACH} slow clients`, async () => {
  const node = await Node.start();
  const { browser, program } = await startCompany(node);
  const ask = async (forMs: number) => {
    const times: number[] = [];
    const statuses: number[] = [];
    const until = Date.now() + forMs;
    while (Date.now() < until) {
      for (const answer of await Promise.all([browser.page("/settings/general"), program.api("GET", "/slots")])) {
        times.push(answer.ms);
        statuses.push(answer.status);
      }
      await sleep(50);
    }
    return { times, statuses };
  };
  const quiet = await ask(3000);
  const begun = performance.now();
  const headers = Array.from({ length: EACH }, () => Slow.dripping(node.port, `GET /login HTTP/1.1\r\nHost: 127.0.0.1:${node.port}\r\nX-Slow: `, "a"));
  const bodies = Array.from({ length: EACH }, () => Slow.dripping(node.port, halfPost(node.port), "a"));
  await sleep(2000);
  const busy = await ask(8000);
  const memory = await node.memory();
  const all = [...headers, ...bodies];
  await until("all are cut off", PATIENCE, async () => all.every(({ closedAt }) => closedAt !== undefined)).catch(() => undefined);
  const afterwards = await ask(2000);

  const cut = (of: Slow[]) => {
    const times = of.flatMap(({ closedAt }) => (closedAt === undefined ? [] : [closedAt - begun]));
    const said = counted(of.map(({ heard }) => heard.split(" ")[1] ?? "nothing"));
    return times.length === 0 ? `none within ${time(PATIENCE)}` : `${times.length} of ${of.length}, the last after ${time(most(times))}; told ${said}`;
  };
  figure("others, before", `p99 ${time(percentile(quiet.times, 0.99))}`);
  figure("others, meanwhile", `p99 ${time(percentile(busy.times, 0.99))}, at most ${time(most(busy.times))} (${counted(busy.statuses)})`);
  figure("slow headers cut off", cut(headers));
  figure("slow bodies cut off", cut(bodies));
  figure("memory with all of them", `${memory.now.toFixed(0)} MB`);
  const wrong: string[] = [];
  if ([...busy.statuses, ...afterwards.statuses].some((status) => status !== 200)) wrong.push("somebody else was refused");
  if (headers.some(({ closedAt }) => closedAt === undefined)) wrong.push("slow headers are not cut off");
  if (bodies.some(({ closedAt }) => closedAt === undefined)) wrong.push("slow bodies are not cut off");
  promised("others are answered as before, and slow clients are cut off", wrong);
  for (const slow of all) slow.hangUp();
  await node.remove();
});
