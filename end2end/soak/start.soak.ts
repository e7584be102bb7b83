// Two nodes are started at the same time on an empty PostgreSQL; and a node serves while another version migrates.
import { test } from "@playwright/test";
import { check } from "./support/check";
import { startCompany } from "./support/company";
import { Database } from "./support/database";
import { counted, figure, most, percentile, promised, sleep, time } from "./support/figures";
import { Load } from "./support/load";
import { Node } from "./support/node";

const TIMES = 10;

test(`two nodes start together on an empty database, ${TIMES} times`, async () => {
  const [wrong, took]: [string[], number[]] = [[], []];
  let [migrations, database] = [0, Database.postgres()];
  for (let number = 1; number <= TIMES; number += 1) {
    if (number > 1) database = Database.postgres();
    const one = await Node.make({ database });
    const nodes = [one, await Node.make({ beside: one })];
    const begun = performance.now();
    await Promise.all(nodes.map((node) => node.launch()));
    const up = await Promise.allSettled(nodes.map((node) => node.ready()));
    took.push(performance.now() - begun);
    for (const result of up) if (result.status === "rejected") wrong.push(`start ${number}: ${String(result.reason).slice(-600)}`);
    const versions = await database.rows("SELECT version FROM seaql_migrations");
    migrations = new Set(versions.map((row) => row["version"])).size;
    if (migrations !== versions.length) wrong.push(`start ${number}: migrations were noted twice`);
    for (const node of nodes) {
      const errors = (await node.logged()).split("\n").filter((line) => /\bERROR\b|panicked/.test(line));
      wrong.push(...errors.map((line) => `start ${number}: ${line}`));
    }
    // What one sealed the other must be able to open: they share one ring.
    if (up.every(({ status }) => status === "fulfilled")) await nodes[1]!.run("keys", "list").catch((error: Error) => wrong.push(`start ${number}: ${error.message}`));
    for (const node of nodes) await node.remove();
  }
  figure("both ready after", `median ${time(percentile(took, 0.5))}, at most ${time(most(took))}`);
  figure("migrations, each once", migrations);
  promised("both come up, each migration runs once, no error is logged", wrong);
});

/** The number of the advisory lock of `services::database`. */
const MIGRATION_LOCK = 0x6179_6172;
const MIGRATES_FOR = 6;
const ADDED = "m9999_soak";
/**
 * What a newer version's migration does that only adds: under the same lock, in one transaction; it takes some seconds and
 * is noted. The real thing would need a second version of the program.
 */
const ADDS = `BEGIN; SELECT pg_advisory_xact_lock(${MIGRATION_LOCK});
  CREATE TABLE soak_added (id uuid PRIMARY KEY, organisation_id uuid NOT NULL REFERENCES organisation(id));
  CREATE INDEX soak_added_by ON soak_added (organisation_id);
  SELECT pg_sleep(${MIGRATES_FOR});
  ALTER TABLE customer ADD COLUMN soak_added text;
  INSERT INTO seaql_migrations (version, applied_at) VALUES ('${ADDED}', 0); COMMIT;`;

test("a node serves while a newer version migrates", async () => {
  const node = await Node.start({ database: Database.postgres() });
  const load = new Load(await startCompany(node));
  load.start(node.port, { profile: 1, customer: 2, call: 1 });
  await sleep(1000);
  const migrating = node.database.execute(ADDS);
  await sleep(500);
  // One that is started meanwhile waits for the lock, like `ayar migrate`.
  const late = await Node.make({ beside: node });
  const begun = performance.now();
  await late.launch();
  const started = late.ready().then(
    () => `ready after ${time(performance.now() - begun)}`,
    (error: Error) => `does not start: ${error.message.split("\n").filter((line) => /^\s*ayar:/.test(line)).at(-1) ?? ""}`,
  );
  await migrating;
  const migrated = performance.now();
  await sleep(2000);
  await load.stop();
  const says = await started;
  const during = load.writes.filter(({ status }) => status > 0);
  figure("writes meanwhile", counted(load.writes.map(({ status }) => status || "no answer")));
  figure("answered within", `p99 ${time(percentile(during.map(({ ms }) => ms), 0.99))}, at most ${time(most(during.map(({ ms }) => ms)))}`);
  figure("an old node that is started after that", says);
  // An old program refuses a newer database by name, `ayar audit verify` as well.
  await node.database.execute(`DELETE FROM seaql_migrations WHERE version = '${ADDED}'`);
  const { wrong } = await check(node, load);
  if (load.writes.some(({ status }) => status === 0 || status >= 500)) wrong.push("a request was not answered");
  if (migrated - begun < 4000) wrong.push("nothing was migrated meanwhile");
  promised("the old node goes on answering while tables, columns and indexes are added, and afterwards", wrong);
  await late.down();
  await node.remove();
});
