// Two hundred people sign in at the same moment. Each password costs 19 MiB to check.
import { test } from "@playwright/test";
import { type Person, newPerson } from "../support/entrance";
import { register, signIn, startCompany } from "./support/company";
import { counted, figure, most, percentile, promised, sleep, time } from "./support/figures";
import { Client } from "./support/http";
import { Node } from "./support/node";

const PEOPLE = 200;
const MOST_MEMORY = 300;

test(`${PEOPLE} people sign in at once`, async () => {
  const node = await Node.start();
  const { browser } = await startCompany(node);
  const people: Person[] = [];
  for (let made = 0; made < PEOPLE; made += 4) people.push(...(await Promise.all(Array.from({ length: 4 }, () => register(node, newPerson())))));
  // A fresh process: the peak is that of the sign-ins.
  await node.down();
  await node.up();
  const before = await node.memory();

  let over = false;
  const others = (async () => {
    const answers = [];
    while (!over) {
      answers.push(await browser.page("/settings/general"));
      await sleep(20);
    }
    return answers;
  })();
  const begun = performance.now();
  const answers = await Promise.all(
    people.map(async ({ email, password }) => {
      const client = new Client(node.port);
      const answer = await client.call("entrance/sign-in", { email, password }, { within: 120_000 });
      client.close();
      return answer;
    }),
  );
  const took = performance.now() - begun;
  over = true;
  const pages = await others;
  const memory = await node.memory();
  const wrongOnes = await Promise.all(
    people.slice(0, 20).map(({ email }) => new Client(node.port).call("entrance/sign-in", { email, password: "yanlış parola 99" }, { within: 60_000 })),
  );

  figure("signed in", `${counted(answers.map(({ status }) => status))} in ${time(took)}`);
  figure("a sign-in", `median ${time(percentile(answers.map(({ ms }) => ms), 0.5))}, at most ${time(most(answers.map(({ ms }) => ms)))}`);
  figure("another page meanwhile", `p99 ${time(percentile(pages.map(({ ms }) => ms), 0.99))} of ${pages.length} (${counted(pages.map(({ status }) => status))})`);
  figure("memory", `${before.now.toFixed(0)} MB before, peak ${memory.peak.toFixed(0)} MB`);
  const wrong: string[] = [];
  if (answers.some(({ status }) => status !== 200)) wrong.push(`refused with the right password: ${counted(answers.map(({ status, body }) => (status === 200 ? 200 : `${status} ${body}`)))}`);
  if (wrongOnes.some(({ status }) => status !== 401)) wrong.push(`a wrong password was answered ${counted(wrongOnes.map(({ status }) => status))}`);
  if (pages.some(({ status }) => status !== 200)) wrong.push("another page was refused");
  if (memory.peak >= MOST_MEMORY) wrong.push(`${memory.peak.toFixed(0)} MB at the peak`);
  // Each of them really is in.
  await signIn(node, people[0]!).then((client) => client.close());
  promised(`everybody gets in, memory stays below ${MOST_MEMORY} MB, others are answered`, wrong);
  await node.remove();
});
