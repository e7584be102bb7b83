// The disk that holds database and files runs full, and has room again.
import { test } from "@playwright/test";
import { execFileSync } from "node:child_process";
import { appendFileSync, rmSync, statfsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check } from "./support/check";
import { startCompany } from "./support/company";
import { Database } from "./support/database";
import { counted, figure, promised, sleep, until } from "./support/figures";
import { type Answer } from "./support/http";
import { Load } from "./support/load";
import { Node } from "./support/node";

test("the disk runs full", async () => {
  const disk = await mkdtemp(join(tmpdir(), "ayar-soak-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs", disk], { stdio: "pipe" });
  } catch (error) {
    console.log(`      SKIPPED: a small disk can't be mounted here (${String(error).split("\n")[0]}); run it as root`);
    test.skip();
  }
  const elsewhere = await mkdtemp(join(tmpdir(), "ayar-soak-"));
  const settings = { AYAR__KEYS__RING_FILE: join(elsewhere, "keys"), AYAR__MAIL__FOLDER: join(elsewhere, "mail") };
  const node = await Node.start({ folder: disk, database: Database.sqlite(join(disk, "ayar.db")), settings });
  try {
    const company = await startCompany(node);
    const load = new Load(company);
    load.start(node.port);
    await sleep(2000);
    const before = load.acknowledged.length;
    // What is given back in between, by a replaced photo or the write-ahead log, is taken as well.
    const filler = setInterval(() => fill(join(disk, "filler")), 20);
    await sleep(4000);
    const full = load.writes.length;
    await sleep(4000);
    const refused = load.writes.slice(full);
    const reads = await Promise.all([company.browser.page("/settings/general"), company.program.api("GET", "/customers?limit=1"), company.program.api("GET", "/slots")]);
    const photo = load.of("photo").slice(-3);
    const health = await Promise.all(["/livez", "/readyz"].map((path) => company.browser.send("GET", path)));
    const sample = await company.program.api("POST", "/customers", { name: "Dolu Disk", phone: "+905329999999" });

    figure("free", `${free(disk)} bytes`);
    clearInterval(filler);
    rmSync(join(disk, "filler"));
    const freed = performance.now();
    const again = load.writes.length;
    await until("a write after there was room", 10_000, async () => load.writes.slice(again).some(({ fate }) => fate === "done"));
    const back = performance.now() - freed;
    await sleep(2000);
    await load.stop();
    const afterwards = load.writes.slice(again);

    figure("writes acknowledged before", before);
    figure("writes while it was full", counted(refused.map(({ kind, status }) => `${kind} ${status || "no answer"}`)));
    figure("photos at the end of it", counted(photo.map(({ status }) => status)));
    figure("pages, reads by programs, /livez and /readyz meanwhile", counted([...reads, ...health].map(({ status }) => status)));
    figure("a refusal says", `${sample.status} ${sample.body.slice(0, 160)}`);
    figure("first write after there was room again", `${Math.round(back)} ms`);
    const { wrong } = await check(node, load);
    if (!node.isUp) wrong.push("the server has ended");
    if (sample.status < 400 || !isSaid(sample)) wrong.push(`no sentence and no code in ${sample.status} ${sample.body}`);
    if (refused.every(({ fate }) => fate === "done")) wrong.push("the disk was never full");
    if (refused.some(({ status }) => status === 0)) wrong.push("a write got no answer");
    if (reads.some(({ status }) => status !== 200)) wrong.push(`what only reads was refused: ${counted(reads.map(({ status }) => status))}`);
    if (afterwards.some(({ status }) => status >= 500)) wrong.push("still refused after there was room");
    const sound = await node.database.rows("PRAGMA integrity_check");
    if (sound[0]?.["integrity_check"] !== "ok") wrong.push(`integrity_check: ${JSON.stringify(sound)}`);
    if (/panicked/.test(await node.logged())) wrong.push("something panicked");
    promised("a full disk is refused in words, nothing crashes, and with room again all goes on without a restart; nothing acknowledged is lost", wrong);
  } finally {
    await node.down();
    execFileSync("umount", ["-l", disk]);
    await Promise.all([disk, elsewhere].map((folder) => rm(folder, { recursive: true, force: true })));
  }
});

/** A problem for programs: a code and a sentence. */
function isSaid({ body }: Answer): boolean {
  const { code, title } = JSON.parse(body) as { code?: string; title?: string };
  return Boolean(code && title);
}

function free(disk: string): number {
  const { bavail, bsize } = statfsSync(disk);
  return bavail * bsize;
}

/** Writes until nothing fits any more. */
function fill(file: string): void {
  for (const size of [1 << 20, 4096]) {
    try {
      for (;;) appendFileSync(file, Buffer.alloc(size));
    } catch {
      // Full.
    }
  }
}
