// A mail server that is slow, refuses for now or for good, and hangs up at every point of the conversation.
import { test } from "@playwright/test";
import { newPerson } from "../support/entrance";
import { counted, figure, most, percentile, promised, time, until } from "./support/figures";
import { Client, expectStatus } from "./support/http";
import { Node } from "./support/node";
import { MailServer, type Trouble } from "./support/smtp";

const TROUBLES: Trouble[] = ["later", "refused", "cut", "lost", "none"];
const EACH = 4;

test("the mail server is slow and fails", async () => {
  const mail = await MailServer.start();
  const settings = {
    AYAR__MAIL__TRANSPORT: "smtp",
    AYAR__MAIL__HOST: "127.0.0.1",
    AYAR__MAIL__PORT: String(mail.port),
    AYAR__MAIL__ENCRYPTION: "none",
    AYAR__MAIL__FROM: "Ayar <ayar@ayar.example>",
  };
  const node = await Node.start({ settings });
  const stranger = new Client(node.port);
  const signUp = async (person = newPerson()) => {
    const { organisation, name, email, password } = person;
    return { email, ...expectStatus(await stranger.call("entrance/sign-up", { organisation, name, email, password }), 200, "sign-up") };
  };
  const calm = await signUp();
  await until("the first mail", 15_000, async () => mail.received.length > 0);

  // Six seconds until it says hello, and each recipient is treated in one of the ways.
  mail.greeting = 6000;
  const treated = new Map<string, Trouble>();
  mail.trouble = (to) => treated.get(to) ?? "none";
  const times: number[] = [];
  for (let number = 0; number < EACH * TROUBLES.length; number += 1) {
    const person = newPerson();
    treated.set(person.email, TROUBLES[number % TROUBLES.length]!);
    times.push((await signUp(person)).ms);
  }
  const people = [...treated.keys()];
  const reached = () => people.filter((to) => mail.received.some((received) => received.to === to));
  const expected = people.filter((to) => treated.get(to) !== "refused");
  await until("what was refused for now is tried again", 60_000, async () => expected.every((to) => reached().includes(to)) && people.every((to) => mail.tries(to) > 0));
  mail.greeting = 0;
  // Refused for good: the operator hears of it, and can have it sent all the same.
  const failed = await until("what was refused for good is told", 15_000, async () => {
    const told = await node.run("mail", "failed");
    return people.filter((to) => treated.get(to) === "refused").every(() => /550|no such mailbox/.test(told)) && told;
  });
  await node.run("mail", "retry");
  await until("what was given up is sent again", 30_000, async () => reached().length === people.length).catch(() => undefined);

  const ids = [calm.email, ...people].map((to) => mail.received.filter((received) => received.to === to));
  const duplicates = people.filter((to) => mail.received.filter((received) => received.to === to).length > 1);
  figure("a request whose mail goes at once", time(calm.ms));
  figure("requests while the mail server was slow", `median ${time(percentile(times, 0.5))}, at most ${time(most(times))}`);
  figure("mails", `${people.length}: ${counted([...treated.values()])}`);
  figure("arrived", reached().length);
  figure("arrived twice, under one Message-ID", `${duplicates.length} (${counted(duplicates.map((to) => treated.get(to)!))})`);
  figure("refused for good, in `ayar mail failed`", failed.split("\n").filter((line) => /550|no such/.test(line)).length);
  const wrong: string[] = [];
  const lost = people.filter((to) => !reached().includes(to));
  if (lost.length > 0) wrong.push(`never arrived: ${lost.map((to) => `${to} (${treated.get(to)})`).join(", ")}`);
  if (most(times) > 3000) wrong.push("a request waited for the mail server");
  if (ids.some((mails) => new Set(mails.map(({ id }) => id)).size > 1)) wrong.push("one mail came under two Message-IDs");
  const needless = duplicates.filter((to) => treated.get(to) !== "lost");
  if (needless.length > 0) wrong.push(`arrived twice though the answer was heard: ${needless.map((to) => treated.get(to)).join(", ")}`);
  promised("no request waits for the mail server; no mail is lost; twice only where the answer was lost", wrong);
  stranger.close();
  await node.remove();
  await mail.stop();
});
