// Clients that hang up in the middle while the database is slow: sqlx's transactions are not cancel-safe, so a server that
// worked on in the request's own task would lose other people's writes.
import { test } from "@playwright/test";
import { check } from "./support/check";
import { startCompany } from "./support/company";
import { Database } from "./support/database";
import { counted, figure, percentile, promised, sleep, time } from "./support/figures";
import { Load } from "./support/load";
import { Node } from "./support/node";
import { Proxy } from "./support/proxy";

const FOR = 20_000;

test("clients hang up while the database is slow", async () => {
  const database = Database.postgres();
  const proxy = await Proxy.start(database.port);
  const node = await Node.start({ database: database.through(proxy.port) });
  const company = await startCompany(node);
  proxy.delay = 15;
  const [honest, fickle] = [new Load(company), new Load(company)];
  honest.start(node.port, { profile: 2, customer: 3, call: 1 });
  const until = Date.now() + FOR;
  // Each breaks its connection off anywhere between the first byte and the answer.
  const hangUps = Array.from({ length: 8 }, async () => {
    while (Date.now() < until) await fickle.hangUp(node.port, Math.random() * 500);
  });
  await Promise.all(hangUps);
  await honest.stop();
  // What a client gave up is worked on to its end.
  await sleep(3000);
  proxy.delay = 0;

  const times = honest.acknowledged.map((write) => write.ms);
  figure("writes acknowledged to those who waited", `${honest.acknowledged.length} (p99 ${time(percentile(times, 0.99))})`);
  const given = fickle.writes.filter((write) => write.fate === "unknown").length;
  figure("requests given up midway", given);
  const kept = await database.count("SELECT count(*) FROM customer WHERE name LIKE 'Fickle %'");
  figure("of those done all the same, whole", `${kept - fickle.acknowledged.length}`);
  figure("answers", counted([...honest.writes, ...fickle.writes].map((write) => write.status || "none")));
  const found = [await check(node, honest), await check(node, fickle)];
  promised("no acknowledged write is lost; a write that was given up is there whole, with its audit row, or not at all", found.flatMap(({ wrong }) => wrong));
  await node.remove();
  await proxy.stop();
});
