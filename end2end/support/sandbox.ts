// The stand-in for the telephony platform, as a process of its own beside the server that is tested.
import { type ChildProcess } from "node:child_process";
import { type Server } from "./server";

export class Sandbox {
  private constructor(
    readonly address: string,
    private readonly process: ChildProcess,
  ) {}

  /** One that takes these keys, and reports with this access key, very fast. */
  static async start(server: Server, keys: string[], accessKey = "none", pace = 50): Promise<Sandbox> {
    const address = `127.0.0.1:${server.platformPort}`;
    const options = ["--address", address, "--access-key", accessKey, "--pace", String(pace)];
    const process = await server.beside(/sandbox is ready/, "sandbox", ...options, "--key", keys.join(","));
    return new Sandbox(`http://${address}`, process);
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = new Promise<void>((done) => this.process.once("exit", () => done()));
    this.process.kill("SIGTERM");
    await ended;
  }
}
