// The clock jumps: nine hours ahead, an hour back; and the hour that daylight saving time takes and gives back.
import { test } from "@playwright/test";
import { oathCode } from "../support/account";
import { loadProfile, makeKey, register, signIn, startCompany } from "./support/company";
import { figure, promised, sleep } from "./support/figures";
import { type Answer, Client, expectStatus } from "./support/http";
import { Node } from "./support/node";

async function restart(node: Node, clock: string): Promise<void> {
  await node.down();
  node.clock = clock;
  await node.up();
}

/** Sets an authenticator app up: its key. */
async function addApp(browser: Client): Promise<string> {
  expectStatus(await browser.call("account/start-app", { confirmed: "true" }), 200, "an app");
  const shown = expectStatus(await browser.call("account/load-app"), 200, "the app's key").body;
  const key = (JSON.parse(shown) as { Scan: { key: string } }).Scan.key.replaceAll(" ", "");
  expectStatus(await browser.call("account/confirm-app", { code: await oathCode(key) }), 200, "the app's code");
  return key;
}

const where = ({ status, headers }: Answer) => `${status}${headers.location ? ` ${headers.location}` : ""}`;

test("the clock jumps", async () => {
  const node = await Node.start();
  const { browser, program, person } = await startCompany(node);
  const key = await addApp(browser);
  const form = await loadProfile(browser);
  expectStatus(await browser.call("general/save-profile", { ...form, address: "Eski Sokak 1" }), 200, "a save");
  const wrong: string[] = [];

  await restart(node, "-1h");
  const pageBefore = await browser.page("/settings/general");
  const keyBefore = await program.api("GET", "/settings");
  const saved = await browser.call("general/save-profile", { ...(await loadProfile(browser)), address: "Yeni Sokak 2" });
  const { email, password } = person;
  const second = browser.at(node.port);
  const half = await second.call("entrance/sign-in", { email, password });
  const code = await second.call("entrance/sign-in-with-code", { code: await oathCode(key) });
  figure("an hour back: the page, the key, a save", [pageBefore, keyBefore, saved].map(where).join(", "));
  figure("an hour back: a code of the phone's own hour", `${half.status} ${half.body}, ${code.status} ${code.body}`);
  if ([pageBefore, keyBefore, saved].some(({ status }) => status !== 200)) wrong.push("an hour back something was refused");
  // What is told apart from a wrong code is at most ten minutes off.
  if (code.status !== 422 || !code.body.includes("code_wrong")) wrong.push("a code of another hour is not refused as a wrong one");

  await restart(node, "-5m");
  const near = browser.at(node.port);
  expectStatus(await near.call("entrance/sign-in", { email, password }), 200, "the password");
  const early = await near.call("entrance/sign-in-with-code", { code: await oathCode(key) });
  figure("five minutes back: a code of the phone's own time", `${early.status} ${early.body}`);
  const off = Number(/"seconds_off":(-?\d+)/.exec(early.body)?.[1]);
  if (early.status !== 422 || !early.body.includes("clock_wrong") || Math.abs(off - 300) > 60) wrong.push("a clock that is five minutes off is not explained");

  await restart(node, "+9h");
  const pageAfter = await browser.page("/settings/general");
  const callAfter = await browser.call("general/load-general");
  const keyAfter = await program.api("GET", "/settings");
  figure("nine hours ahead: the page", where(pageAfter));
  figure("nine hours ahead: a script", `${callAfter.status} ${callAfter.body}`);
  figure("nine hours ahead: the key", where(keyAfter));
  if (!String(pageAfter.headers.location).startsWith("/login?") || !String(pageAfter.headers.location).includes("ended=session_expired")) wrong.push("the page does not lead to sign-in and say why");
  if (callAfter.status !== 401 || !callAfter.body.includes("session_expired")) wrong.push("a script is not told that the session expired");
  if (keyAfter.status !== 200) wrong.push("the key does not work nine hours later");

  await restart(node, "");
  const back = await browser.page("/settings/general");
  const address = (await loadProfile(browser))["address"];
  figure("back in time: the page, what was saved", `${where(back)}, ${address}`);
  if (back.status !== 200 || address !== "Yeni Sokak 2") wrong.push("what was saved an hour ago is not there");
  await node.run("audit", "verify").catch((error: Error) => wrong.push(error.message));
  promised("nine hours later everybody is signed out and told why; an hour back nothing is lost or expires, and codes are explained", wrong);
  await node.remove();
});

type At = { is_open: boolean; next_change: { at: string; opens: boolean } | null };

/** Sunday's hours, an instant (UTC), whether it is open then, and the next change. Berlin: 28 March 01:00 UTC, 31 October 01:00 UTC. */
const DAYS: { starts: string; open: [string, string]; asked: [string, boolean, string][] }[] = [
  {
    starts: "2027-03-28 00:59:50",
    open: ["01:00", "04:00"],
    asked: [
      ["2027-03-27T23:30:00Z", false, "2027-03-28T00:00:00Z"],
      ["2027-03-28T00:30:00Z", true, "2027-03-28T02:00:00Z"],
      ["2027-03-28T01:30:00Z", true, "2027-03-28T02:00:00Z"],
      ["2027-03-28T02:00:00Z", false, "2027-04-03T23:00:00Z"],
    ],
  },
  {
    starts: "2027-10-31 00:59:50",
    open: ["01:00", "04:00"],
    asked: [
      ["2027-10-30T22:30:00Z", false, "2027-10-30T23:00:00Z"],
      ["2027-10-31T00:30:00Z", true, "2027-10-31T03:00:00Z"],
      ["2027-10-31T01:30:00Z", true, "2027-10-31T03:00:00Z"],
      ["2027-10-31T03:00:00Z", false, "2027-11-07T00:00:00Z"],
    ],
  },
];

for (const { starts, open, asked } of DAYS) {
  test(`the night of ${starts.slice(0, 10)} in Berlin`, async () => {
    const node = await Node.make();
    // Ten hours before, so that everything below happens before the change: the server is started again ten seconds before it.
    node.clock = `@${starts}`;
    await node.up();
    const person = await register(node);
    const browser = await signIn(node, person);
    const program = await makeKey(browser);
    expectStatus(await browser.call("general/save-profile", { ...(await loadProfile(browser)), time_zone: "Europe/Berlin" }), 200, "the zone");
    const fields: Record<string, string> = { version: "0", "days][6][open": "true", "days][6][intervals][0][start": open[0], "days][6][intervals][0][end": open[1] };
    for (let day = 0; day < 6; day += 1) fields[`days][${day}][open`] = "false";
    expectStatus(await browser.call("hours/save-hours", fields), 200, "the hours");
    await restart(node, `@${starts}`);
    const at = async (instant = "") => {
      const answer = expectStatus(await program.api("GET", `/hours/at${instant && `?instant=${encodeURIComponent(instant)}`}`), 200, "hours/at");
      return JSON.parse(answer.body) as At & { at: string };
    };
    const wrong: string[] = [];
    for (const [instant, isOpen, next] of asked) {
      const said = await at(instant);
      if (said.is_open !== isOpen || Date.parse(said.next_change?.at ?? "") !== Date.parse(next)) wrong.push(`${instant}: ${JSON.stringify(said)}, not ${isOpen} until ${next}`);
    }
    const before = await at();
    const page = await browser.page("/settings/hours");
    await sleep(Math.max(0, 11_000 - (Date.parse(before.at) % 60_000 === 0 ? 0 : Date.parse(before.at) - Date.parse(`${starts.replace(" ", "T")}Z`))));
    const after = await at();
    const pageAfter = await browser.page("/settings/hours");
    const local = (html: string) => [...new Set(html.match(/\b\d\d:\d\d\b/g) ?? [])].join(" ");
    figure("the server's clock before and after", `${before.at}, ${after.at}`);
    figure("open, and until", `${before.is_open} ${before.next_change?.at}, ${after.is_open} ${after.next_change?.at}`);
    figure("times on the page before and after", `${local(page.body)} | ${local(pageAfter.body)}`);
    const change = Date.parse(`${starts.slice(0, 10)}T01:00:00Z`);
    if (!(Date.parse(before.at) < change && Date.parse(after.at) >= change)) wrong.push("the change did not happen in between");
    if (!before.is_open || !after.is_open || before.next_change?.at !== after.next_change?.at) wrong.push("the change of the clocks opened or closed something");
    if ([page, pageAfter].some(({ status, body }) => status !== 200 || !body.includes(open[1]))) wrong.push("the page does not tell when it closes");
    promised("open and closed follow the wall clock of the zone, also in the night in which it jumps", wrong);
    await node.remove();
  });
}
