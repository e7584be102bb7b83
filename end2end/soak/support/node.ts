// One `ayar serve` that is treated badly: killed, stopped, started again on the same data, with another clock. What it
// stores is in one temporary folder; nodes that share it are nodes of one installation.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { binary, clock, freePort, root, site } from "../../support/server";
import { Database } from "./database";
import { until } from "./figures";
import { ask } from "./http";

const STARTED_WITHIN = 60_000;

/** Whatever a test that failed has left running ends with the worker. */
const running = new Set<ChildProcess>();
process.once("exit", () => running.forEach((child) => child.kill("SIGKILL")));

export type Ended = { code: number | null; signal: NodeJS.Signals | null; at: number };

export type Setup = {
  database?: Database;
  /** Of another node: this one is of the same installation. */
  beside?: Node;
  /** Where it stores; a temporary folder of its own if it is left out. */
  folder?: string;
  /** Further AYAR__… variables. */
  settings?: Record<string, string>;
};

export class Node {
  #process: ChildProcess | undefined;
  #ended: Promise<Ended> | undefined;
  /** What libfaketime is told: `+9h`, `@2027-03-28 00:59:50`. */
  clock = "";

  private constructor(
    readonly folder: string,
    readonly port: number,
    readonly database: Database,
    readonly settings: Record<string, string>,
    private readonly log: string,
  ) {}

  /** Makes one, without starting it. On SQLite, unless another database is named. */
  static async make({ database, beside, folder, settings = {} }: Setup = {}): Promise<Node> {
    const place = folder ?? beside?.folder ?? (await mkdtemp(join(tmpdir(), "ayar-soak-")));
    const port = await freePort();
    const used = database ?? beside?.database ?? Database.sqlite(join(place, "ayar.db"));
    return new Node(place, port, used, { ...beside?.settings, ...settings }, join(tmpdir(), `ayar-soak-${process.pid}-${port}.log`));
  }

  static async start(setup: Setup = {}): Promise<Node> {
    const node = await Node.make(setup);
    await node.up();
    return node;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  get isUp(): boolean {
    return this.#process !== undefined && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  private environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      TZ: "UTC",
      AYAR__SERVER__ADDRESS: `127.0.0.1:${this.port}`,
      AYAR__SERVER__ORIGIN: this.origin,
      AYAR__SERVER__SITE: site,
      AYAR__SERVER__STOP_WITHIN: "5",
      AYAR__DATABASE__URL: this.database.url,
      AYAR__MAIL__TRANSPORT: "folder",
      AYAR__MAIL__FOLDER: join(this.folder, "mail"),
      AYAR__MAIL__LOG_LINKS: "true",
      AYAR__STORAGE__FOLDER: join(this.folder, "storage"),
      AYAR__KEYS__RING_FILE: join(this.folder, "keys"),
      ...this.settings,
      ...(this.clock && { LD_PRELOAD: clock(), FAKETIME: this.clock, FAKETIME_DONT_FAKE_MONOTONIC: "1" }),
    };
  }

  /** Starts the process; `ready` waits for it. */
  async launch(): Promise<void> {
    const log = await open(this.log, "a");
    const child = spawn(binary, ["serve"], { cwd: root, env: this.environment(), stdio: ["ignore", log.fd, log.fd] });
    await log.close();
    this.#process = child;
    running.add(child);
    this.#ended = new Promise((done) => {
      child.once("exit", () => running.delete(child));
      child.once("exit", (code, signal) => done({ code, signal, at: performance.now() }));
      child.once("error", () => done({ code: -1, signal: null, at: performance.now() }));
    });
  }

  async ready(): Promise<void> {
    await until("ready", STARTED_WITHIN, async () => {
      if (!this.isUp) throw new Error(`ayar serve has ended\n${await this.logged()}`);
      return ask(this.port, "GET", "/readyz", { agent: false }).then((answer) => answer.status === 200, () => false);
    });
  }

  /** Starts it and waits until it is ready: how long that took. */
  async up(): Promise<number> {
    const begun = performance.now();
    await this.launch();
    await this.ready();
    return performance.now() - begun;
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal);
  }

  /** How it ended, once it has. */
  ended(): Promise<Ended> {
    return this.#ended ?? Promise.reject(new Error("never started"));
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.ended();
  }

  /** Stops it politely, and less politely if it does not. */
  async down(): Promise<void> {
    if (!this.isUp) return;
    this.signal("SIGTERM");
    const impatience = setTimeout(() => this.signal("SIGKILL"), 20_000);
    await this.ended();
    clearTimeout(impatience);
  }

  /** Stops it and deletes what it stored. */
  async remove(): Promise<void> {
    await this.down();
    await rm(this.folder, { recursive: true, force: true });
    await rm(this.log, { force: true });
  }

  logged(): Promise<string> {
    return readFile(this.log, "utf8").catch(() => "");
  }

  /** Runs a sub-command on the same data: what it printed. Fails where it does. */
  async run(...command: string[]): Promise<string> {
    const run = promisify(execFile)(binary, command, { cwd: root, env: this.environment(), maxBuffer: 1 << 26 });
    const { stdout, stderr } = await run.catch((error: { stdout?: string; stderr?: string; code?: number }) => {
      throw new Error(`ayar ${command.join(" ")} ended with ${error.code}:\n${error.stdout}${error.stderr}`);
    });
    return stdout + stderr;
  }

  /** The newest link that was mailed to an address. */
  async link(address: string): Promise<URL> {
    const pattern = new RegExp(`mailed a link.*to="${address.replace(/[.+]/g, "\\$&")}" link="([^"]+)"`, "g");
    const found = await until(`a link mailed to ${address}`, 15_000, async () => {
      return [...(await this.logged()).matchAll(pattern)].at(-1)?.[1];
    });
    return new URL(found);
  }

  /** Megabytes in memory now, and at most since the start. */
  async memory(): Promise<{ now: number; peak: number }> {
    const status = await readFile(`/proc/${this.pid}/status`, "utf8");
    const read = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1]) / 1024;
    return { now: read("VmRSS"), peak: read("VmHWM") };
  }
}
