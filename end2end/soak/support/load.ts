// Clients that write all the time, and a ledger of what the server acknowledged: settings and photos from browsers,
// customers, calls and recordings from programs.
import { phonePhoto } from "../../support/photos";
import { type Company, loadProfile } from "./company";
import { sleep } from "./figures";
import { type Answer, Client } from "./http";

/** `done`: acknowledged. `refused`: by a 4xx, so nothing was done. `unknown`: no answer, or a 5xx. */
export type Fate = "done" | "refused" | "unknown";

export type Write = {
  kind: "profile" | "photo" | "customer" | "call" | "end" | "recording";
  /** What this write left and no other: an address, a phone number, the id of a call. */
  mark: string;
  fate: Fate;
  status: number;
  /** `X-Request-Id` of the answer: it stands in the audit row. */
  request: string;
  ms: number;
};

/** Audit action of those writes that have one. */
export const ACTION: Partial<Record<Write["kind"], string>> = {
  profile: "general.save_profile",
  photo: "general.save_photo",
  customer: "customers.create_customer",
};

const BOUNDARY = "----soak";
const MAKES_PHOTO = { "content-type": `multipart/form-data; boundary=${BOUNDARY}`, accept: "application/json" };
const PHOTO = Buffer.concat([
  Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n`),
  phonePhoto.buffer,
  Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
]);
/** A second of silence. */
const SOUND = Buffer.concat([
  Buffer.from("RIFF\xa4\x3e\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\x80\x3e\0\0", "latin1"),
  Buffer.alloc(16_000),
]);

/** Who writes, and how often at the same time. */
export const MIXED = { profile: 2, photo: 1, customer: 3, call: 2 };

let marks = 0;
const mark = () => String((marks += 1)).padStart(7, "0");
export const customerPhone = () => `+90532${mark()}`;

export class Load {
  readonly writes: Write[] = [];
  #stopped = false;
  #running: Promise<void>[] = [];

  constructor(private readonly company: Company) {}

  /** Writes until `stop`, or until the server does not answer any more. Each client has connections of its own. */
  start(port: number, clients: Partial<typeof MIXED> = MIXED): void {
    this.#stopped = false;
    const { browser, program } = this.company;
    const loops: (() => Promise<void>)[] = [];
    const add = (count: number | undefined, loop: () => Promise<void>) => {
      for (let left = count ?? 0; left > 0; left -= 1) loops.push(loop);
    };
    add(clients.profile, () => this.#profiles(browser.at(port)));
    add(clients.photo, () => this.#photos(browser.at(port)));
    add(clients.customer, () => this.#customers(program.at(port)));
    add(clients.call, () => this.#calls(program.at(port)));
    this.#running = loops.map((loop) => loop().catch(() => undefined));
  }

  /** Waits until every client is through with what it was doing. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#running);
  }

  /** Waits until every client has lost the server. */
  async lost(): Promise<void> {
    await Promise.all(this.#running);
  }

  of(kind: Write["kind"], fate?: Fate): Write[] {
    return this.writes.filter((write) => write.kind === kind && (fate === undefined || write.fate === fate));
  }

  get acknowledged(): Write[] {
    return this.writes.filter((write) => write.fate === "done");
  }

  /** One write, noted whatever becomes of it. Without an answer the client ends. */
  async #write(kind: Write["kind"], mark: string, send: () => Promise<Answer>): Promise<Answer> {
    const write: Write = { kind, mark, fate: "unknown", status: 0, request: "", ms: 0 };
    this.writes.push(write);
    const answer = await send();
    write.status = answer.status;
    write.ms = answer.ms;
    write.request = String(answer.headers["x-request-id"] ?? "");
    write.fate = answer.status < 300 ? "done" : answer.status < 500 ? "refused" : "unknown";
    if (answer.status === 429 || answer.status >= 500) await sleep(100);
    return answer;
  }

  /** Adds a customer and breaks the connection off after so many milliseconds, answered or not. */
  async hangUp(port: number, after: number): Promise<void> {
    const program = this.company.program.at(port);
    const phone = customerPhone();
    const send = () => program.api("POST", "/customers", { name: `Fickle ${phone}`, phone }, { within: after });
    await this.#write("customer", phone, send).catch(() => undefined);
    program.close();
  }

  async #profiles(browser: Client): Promise<void> {
    while (!this.#stopped) {
      const form = await loadProfile(browser);
      const address = `Sokak ${mark()}`;
      await this.#write("profile", address, () => browser.call("general/save-profile", { ...form, address }));
    }
    browser.close();
  }

  async #photos(browser: Client): Promise<void> {
    while (!this.#stopped) {
      const send = () => browser.send("POST", "/api/general/save-photo", { headers: MAKES_PHOTO, body: PHOTO });
      await this.#write("photo", mark(), send);
    }
    browser.close();
  }

  async #customers(program: Client): Promise<void> {
    while (!this.#stopped) {
      const phone = customerPhone();
      await this.#write("customer", phone, () => program.api("POST", "/customers", { name: `Müşteri ${phone}`, phone }));
    }
    program.close();
  }

  /** Begins a call, sometimes keeps its sound, ends it; ends as well what was left by a server that died. */
  async #calls(program: Client): Promise<void> {
    const left = await program.api("GET", "/calls?outcome=running");
    if (left.status === 200) {
      const { calls } = JSON.parse(left.body) as { calls: { id: string }[] };
      for (const { id } of calls) await this.#end(program, id);
    }
    for (let number = 0; !this.#stopped; number += 1) {
      const from = `+90212${mark()}`;
      const started = await this.#write("call", from, () => program.api("POST", "/calls", { direction: "inbound", from }));
      if (started.status !== 201) continue;
      const { id } = (JSON.parse(started.body) as { call: { id: string } }).call;
      if (number % 4 === 0) {
        const headers = { "content-type": "application/octet-stream" };
        await this.#write("recording", id, () => program.send("PUT", `/api/v1/calls/${id}/recording`, { headers, body: SOUND }));
      }
      await this.#end(program, id);
    }
    program.close();
  }

  #end(program: Client, id: string): Promise<Answer> {
    return this.#write("end", id, () => program.api("POST", `/calls/${id}/end`, { outcome: "completed" }));
  }
}
