// Whether what the server acknowledged is there, and nothing by halves.
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Row } from "./database";
import { ACTION, type Load, type Write } from "./load";
import { type Node } from "./node";

/** Of the renditions of a photo. */
const SIZES = [512, 128, 32];

export type Found = {
  /** Each a broken promise. */
  wrong: string[];
  /** Files that no row names: space, not damage. */
  orphans: number;
  rows: number;
};

/** Compares the ledger of a load with the database and the storage of its node, which has one organisation. */
export async function check(node: Node, load: Load): Promise<Found> {
  const { database } = node;
  const [audit, customers, calls, organisations] = await Promise.all([
    database.rows("SELECT request_id, action, after, number FROM audit"),
    database.rows("SELECT phone FROM customer"),
    database.rows('SELECT id, from_number, ended_at, recording, recording_bytes, organisation_id FROM "call"'),
    database.rows("SELECT id, address, photo, version FROM organisation"),
  ]);
  const wrong: string[] = [];
  const rowsOf = groups(audit.filter((row) => row["request_id"] !== ""), "request_id");
  const byPhone = groups(customers, "phone");
  const byNumber = groups(calls, "from_number");
  const byId = groups(calls, "id");
  const addresses = groups(audit.filter((row) => row["action"] === ACTION.profile).map(({ after }) => ({ address: told(after, "address") })), "address");
  const noted = groups(audit.filter((row) => row["action"] === ACTION.customer).map(({ after }) => ({ phone: told(after, "phone") })), "phone");

  for (const write of load.writes) {
    const say = (what: string) => wrong.push(`${write.kind} ${write.mark} (${write.fate}, ${write.status}): ${what}`);
    const action = ACTION[write.kind];
    const rows = (rowsOf.get(write.request) ?? []).filter((row) => row["action"] === action).length;
    if (action && write.fate === "done" && rows !== 1) say(`${rows} audit rows`);
    if (action && write.fate === "refused" && rows !== 0) say(`${rows} audit rows`);
    for (const what of missing(write)) say(what);
  }

  function missing(write: Write): string[] {
    const { kind, mark, fate } = write;
    const once = (there: number) => (fate === "done" ? there === 1 : fate === "refused" ? there === 0 : there <= 1);
    switch (kind) {
      case "customer": {
        const [there, told] = [byPhone.get(mark)?.length ?? 0, noted.get(mark)?.length ?? 0];
        return once(there) && there === told ? [] : [`${there} rows, ${told} in the trail`];
      }
      case "profile": {
        const there = addresses.get(mark)?.length ?? 0;
        return once(there) ? [] : [`${there} in the trail`];
      }
      case "call": {
        const there = byNumber.get(mark)?.length ?? 0;
        return once(there) ? [] : [`${there} rows`];
      }
      case "end":
        return fate !== "done" || byId.get(mark.replaceAll("-", ""))?.[0]?.["ended_at"] ? [] : ["has not ended"];
      case "recording":
        return fate !== "done" || byId.get(mark.replaceAll("-", ""))?.[0]?.["recording"] ? [] : ["has no recording"];
      case "photo":
        return [];
    }
  }

  // What is saved last is what the trail says last.
  const [organisation = {}] = organisations;
  const last = (action: string) => audit.filter((row) => row["action"] === action).sort((a, b) => Number(a["number"]) - Number(b["number"])).at(-1)?.["after"];
  if (last(ACTION.profile!) && told(last(ACTION.profile!), "address") !== organisation["address"]) wrong.push("the profile is not what the trail says last");
  if (last(ACTION.photo!) && told(last(ACTION.photo!), "photo") !== organisation["photo"]) wrong.push("the photo is not what the trail says last");

  // Every file that a row names, whole.
  const storage = join(node.folder, "storage");
  const named = new Set<string>();
  const of = dashed(String(organisation["id"]));
  for (const size of organisation["photo"] ? SIZES : []) named.add(`organisations/${of}/photo/${organisation["photo"]}/${size}`);
  for (const call of calls.filter((call) => call["recording"])) {
    const name = `organisations/${of}/recordings/${call["recording"]}`;
    named.add(name);
    const size = existsSync(join(storage, name)) ? statSync(join(storage, name)).size : -1;
    if (size !== Number(call["recording_bytes"])) wrong.push(`recording ${name}: ${size} bytes, not ${call["recording_bytes"]}`);
  }
  const files = filesBelow(storage);
  for (const name of named) if (!files.includes(name)) wrong.push(`missing file ${name}`);

  // Sums that are kept beside the rows.
  const [sums = {}] = await database.rows(`SELECT (SELECT count(*) FROM "call") AS calls, (SELECT coalesce(sum(started), 0) FROM call_day) AS started,
    (SELECT count(*) FROM lease WHERE held) AS held, (SELECT coalesce(sum(in_use), 0) FROM slot_pool) AS in_use`);
  if (Number(sums["calls"]) !== Number(sums["started"])) wrong.push(`${sums["calls"]} calls, but ${sums["started"]} in the sums of days`);
  if (Number(sums["held"]) !== Number(sums["in_use"])) wrong.push(`${sums["held"]} leases are held, but ${sums["in_use"]} slots in use`);

  await node.run("audit", "verify").catch((error: Error) => wrong.push(error.message));
  return { wrong, orphans: files.filter((name) => !named.has(name)).length, rows: audit.length };
}

function groups(rows: Row[], column: string): Map<string, Row[]> {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const key = String(row[column]);
    const list = found.get(key);
    if (list) list.push(row);
    else found.set(key, [row]);
  }
  return found;
}

function told(after: Row[string] | undefined, member: string): string {
  const value = (JSON.parse(String(after)) as Record<string, unknown>)[member];
  return typeof value === "string" ? value : "";
}

const dashed = (id: string) => id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

export function filesBelow(folder: string, prefix = ""): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const name = `${prefix}${entry.name}`;
    return entry.isDirectory() ? filesBelow(join(folder, entry.name), `${name}/`) : [name];
  });
}
