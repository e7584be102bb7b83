// One `ayar serve` of its own per worker: free loopback port, fresh SQLite file, mail and photos in folders, all
// in one temporary folder that is deleted at the end. `restart()` keeps the data and the address.
import { type Page } from "@playwright/test";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { mkdir, mkdtemp, open, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const target = resolve(root, process.env["CARGO_TARGET_DIR"] ?? "target");
export const binary = process.env["AYAR_BINARY"] ?? join(target, "debug/ayar");
export const site = resolve(root, process.env["AYAR_SITE"] ?? "target/site");

const READY_WITHIN = 30_000;
const STOPPED_WITHIN = 15_000;

export class Server {
  #process: ChildProcess | undefined;
  /** How far its clock stands ahead, as libfaketime says it. */
  #ahead = "";

  private constructor(
    readonly folder: string,
    readonly port: number,
    /** Where the sandbox may listen that this server goes to. */
    readonly platformPort: number,
    private readonly settings: Record<string, string>,
    private readonly host: string,
  ) {}

  /** A server with an empty database; `settings` are further AYAR__... variables. Passkeys need a `host` with a name. */
  static async start(settings: Record<string, string> = {}, host = "127.0.0.1"): Promise<Server> {
    const folder = await mkdtemp(join(tmpdir(), "ayar-end2end-"));
    const server = new Server(folder, await freePort(), await freePort(), settings, host);
    await Promise.all([mkdir(server.mailFolder), mkdir(join(folder, "storage"))]);
    await server.up();
    return server;
  }

  get origin(): string {
    return `http://${this.host}:${this.port}`;
  }

  get mailFolder(): string {
    return join(this.folder, "mail");
  }

  /** Everything the server has logged so far. */
  log(): Promise<string> {
    return readFile(join(this.folder, "log"), "utf8").catch(() => "");
  }

  /**
   * Stops and starts again on the same data, once `page` has all it asked for: what a restart cuts off is a complaint. Its
   * clock then stands `ahead`: `+3d`.
   */
  async restart(page: Page, ahead = ""): Promise<void> {
    await page.waitForLoadState();
    await this.down();
    this.#ahead = ahead;
    await this.up();
  }

  /** Stops, and deletes what it stored. */
  async stop(): Promise<void> {
    await this.down();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Runs another sub-command (`demo`, `doctor`) on the same data; returns what it printed. */
  async run(...command: string[]): Promise<string> {
    const child = spawn(binary, command, { cwd: root, env: this.environment(), stdio: ["ignore", "pipe", "pipe"] });
    let printed = "";
    child.stdout.on("data", (chunk) => (printed += String(chunk)));
    child.stderr.on("data", (chunk) => (printed += String(chunk)));
    const code = await new Promise<number | null>((done, failed) => child.once("close", done).once("error", failed));
    if (code !== 0) throw new Error(`ayar ${command.join(" ")} ended with ${code}:\n${printed}`);
    return printed;
  }

  /** Starts a sub-command that goes on beside the server (`sandbox`), and waits for what it says when it is ready. */
  async beside(ready: RegExp, ...command: string[]): Promise<ChildProcess> {
    const child = spawn(binary, command, { cwd: root, env: this.environment(), stdio: ["ignore", "pipe", "pipe"] });
    let printed = "";
    await new Promise<void>((done, failed) => {
      const heard = (chunk: unknown) => {
        printed += String(chunk);
        if (ready.test(printed)) done();
      };
      child.stdout?.on("data", heard);
      child.stderr?.on("data", heard);
      child.once("exit", (code) => failed(new Error(`ayar ${command.join(" ")} ended with ${code}:\n${printed}`)));
    });
    return child;
  }

  private environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      AYAR__SERVER__ADDRESS: `127.0.0.1:${this.port}`,
      AYAR__SERVER__ORIGIN: this.origin,
      AYAR__SERVER__SITE: site,
      // A restart must not wait for the browser's idle connections.
      AYAR__SERVER__STOP_WITHIN: "2",
      AYAR__DATABASE__URL: `sqlite://${join(this.folder, "ayar.db")}?mode=rwc`,
      AYAR__MAIL__TRANSPORT: "folder",
      AYAR__MAIL__FOLDER: this.mailFolder,
      AYAR__STORAGE__FOLDER: join(this.folder, "storage"),
      AYAR__KEYS__RING_FILE: join(this.folder, "keys"),
      AYAR__UPSTREAM__ALLOW: `127.0.0.1:${this.platformPort}`,
      ...this.settings,
      ...(this.#ahead && { LD_PRELOAD: clock(), FAKETIME: this.#ahead, FAKETIME_DONT_FAKE_MONOTONIC: "1" }),
    };
  }

  private async up(): Promise<void> {
    const log = await open(join(this.folder, "log"), "a");
    const child = spawn(binary, ["serve"], {
      cwd: root,
      env: this.environment(),
      stdio: ["ignore", log.fd, log.fd],
    });
    await log.close();
    this.#process = child;
    let gone: string | undefined;
    child.once("error", (error) => (gone = `could not be started: ${error.message}`));
    child.once("exit", (code, signal) => (gone = `ended with ${signal ?? code}`));

    const deadline = Date.now() + READY_WITHIN;
    while (!(await this.ready())) {
      if (gone) throw new Error(`ayar serve ${gone}\n${await this.log()}`);
      if (Date.now() > deadline) {
        await this.down();
        throw new Error(`ayar serve was not ready within ${READY_WITHIN} ms\n${await this.log()}`);
      }
      await new Promise((later) => setTimeout(later, 50));
    }
  }

  private ready(): Promise<boolean> {
    return fetch(`http://127.0.0.1:${this.port}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
  }

  private async down(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((done) => child.once("exit", () => done()));
    child.kill("SIGTERM");
    const impatience = setTimeout(() => child.kill("SIGKILL"), STOPPED_WITHIN);
    await ended;
    clearTimeout(impatience);
  }
}

/** A library that tells a program another time. */
export function clock(): string {
  const folders = readdirSync("/usr/lib").map((name) => join("/usr/lib", name, "faketime"));
  for (const folder of folders) {
    try {
      if (readdirSync(folder).includes("libfaketime.so.1")) return join(folder, "libfaketime.so.1");
    } catch {
      // Not in this one.
    }
  }
  throw new Error("libfaketime is missing: scripts/setup.sh test");
}

/** The address of a new, empty database in the PostgreSQL that `make browser` starts. */
export function postgres(): string {
  const server = process.env["AYAR_TEST_POSTGRES"];
  if (!server) throw new Error("AYAR_TEST_POSTGRES is not set: run `make browser`, or scripts/with-postgres.sh");
  const name = `b${process.pid}_${Date.now()}`;
  execFileSync("psql", [server, "-qc", `CREATE DATABASE ${name}`]);
  return server.replace(/[^/]+$/, name);
}

export function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const probe = createServer()
      .once("error", failed)
      .listen(0, "127.0.0.1", () => {
        const address = probe.address();
        probe.close(() =>
          typeof address === "object" && address ? found(address.port) : failed(new Error("no free port")),
        );
      });
  });
}
