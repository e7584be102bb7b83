// kill -9 in the middle of mixed writes, thirty times on each database.
import { test } from "@playwright/test";
import { check } from "./support/check";
import { startCompany } from "./support/company";
import { Database } from "./support/database";
import { counted, figure, most, percentile, promised, sleep, time, until } from "./support/figures";
import { Load } from "./support/load";
import { Node } from "./support/node";

const KILLS = Number(process.env["SOAK_KILLS"] ?? 30);

for (const database of ["SQLite", "PostgreSQL"] as const) {
  test(`kill -9, ${KILLS} times on ${database}`, async () => {
    const node = await Node.start(database === "SQLite" ? {} : { database: Database.postgres() });
    const load = new Load(await startCompany(node));
    const [wrong, starts]: [string[], number[]] = [[], []];
    let orphans = 0;
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const before = load.acknowledged.length;
      load.start(node.port);
      await until("a write is acknowledged", 30_000, async () => load.acknowledged.length > before + 5);
      await sleep(Math.random() * 700);
      await node.kill();
      await load.lost();
      starts.push(await node.up());
      const found = await check(node, load);
      wrong.push(...found.wrong.map((what) => `after kill ${kill}: ${what}`));
      orphans = found.orphans;
      if (wrong.length > 0) break;
    }
    const unknown = load.writes.filter((write) => write.fate === "unknown").length;
    figure("writes acknowledged", `${load.acknowledged.length} (${counted(load.acknowledged.map((write) => write.kind))})`);
    figure("writes cut off by a kill", unknown);
    figure("files that no row names any more", orphans);
    figure("from the start to ready", `median ${time(percentile(starts, 0.5))}, at most ${time(most(starts))}`);
    promised("every acknowledged write is there, once, with one audit row; none is there by halves; the chain verifies", wrong);
    await node.remove();
  });
}
