// SIGTERM under load while somebody is stuck in the middle of a request; a second one.
import { test } from "@playwright/test";
import { check } from "./support/check";
import { startCompany } from "./support/company";
import { counted, figure, promised, sleep, time } from "./support/figures";
import { Load } from "./support/load";
import { Node } from "./support/node";
import { Slow, halfPost } from "./support/raw";

const STOP_WITHIN = 4;

async function loaded(stopWithin: number) {
  const node = await Node.start({ settings: { AYAR__SERVER__STOP_WITHIN: String(stopWithin) } });
  const load = new Load(await startCompany(node));
  const stuck = Slow.stuck(node.port, halfPost(node.port));
  load.start(node.port);
  await sleep(1500);
  return { node, load, stuck };
}

test("SIGTERM under load, with a client that is stuck", async () => {
  const { node, load, stuck } = await loaded(STOP_WITHIN);
  const told = performance.now();
  node.signal("SIGTERM");
  const { code, signal, at } = await node.ended();
  await load.lost();
  figure("stop_within", `${STOP_WITHIN} s`);
  figure("ended", `${time(at - told)} after the signal, with ${signal ?? code}`);
  await node.up();
  figure("writes acknowledged before", `${load.acknowledged.length} (${counted(load.writes.map(({ fate }) => fate))})`);
  const { wrong } = await check(node, load);
  if (code !== 0) wrong.push(`ended with ${signal ?? code}`);
  // Requests have that long, then jobs; closing the database takes a moment.
  if (at - told > 2 * STOP_WITHIN * 1000 + 1000) wrong.push("later than twice stop_within");
  promised("it ends in time, and what was acknowledged is there", wrong);
  stuck.hangUp();
  await node.remove();
});

test("a second SIGTERM", async () => {
  const { node, load, stuck } = await loaded(60);
  node.signal("SIGTERM");
  await sleep(1500);
  const wrong: string[] = [];
  if (!node.isUp) wrong.push("it did not wait for the open request");
  const told = performance.now();
  node.signal("SIGTERM");
  const ended = await Promise.race([node.ended(), sleep(5000)]);
  figure("ended after the second signal", ended ? `${time(ended.at - told)}, with ${ended.signal ?? ended.code}` : "not within 5 s");
  if (!ended || ended.at - told > 1000) wrong.push("a second signal did not end it at once");
  if (!ended) await node.kill();
  await load.lost();
  await node.up();
  wrong.push(...(await check(node, load)).wrong);
  promised("a second signal ends it at once, and what was acknowledged is there all the same", wrong);
  stuck.hangUp();
  await node.remove();
});
