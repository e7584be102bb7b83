// What stands between the server and its database: a wire that can be slow, cut, or swallow everything.
import { type Server, type Socket, connect, createServer } from "node:net";
import { freePort } from "../../support/server";

export class Proxy {
  #server: Server | undefined;
  readonly #pairs = new Set<[Socket, Socket]>();
  /** Milliseconds that each packet takes longer, in either direction. */
  delay = 0;
  #swallows = false;

  private constructor(
    readonly port: number,
    private readonly target: number,
  ) {}

  static async start(target: number): Promise<Proxy> {
    const proxy = new Proxy(await freePort(), target);
    await proxy.mend();
    return proxy;
  }

  /** Like a database that was stopped: connections are closed and new ones refused. */
  async cut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
    await new Promise<void>((done) => (server ? server.close(() => done()) : done()));
  }

  /** Like a network that fails: connections stay and nothing comes through them, new ones included. */
  swallow(): void {
    this.#swallows = true;
    for (const pair of this.#pairs) for (const socket of pair) socket.pause();
  }

  /** All is well again; what was swallowed arrives late, as over a network that is back. */
  async mend(): Promise<void> {
    this.#swallows = false;
    for (const pair of this.#pairs) for (const socket of pair) socket.resume();
    if (this.#server) return;
    this.#server = createServer({ noDelay: true }, (near) => this.#join(near));
    await new Promise<void>((done, failed) => this.#server!.once("error", failed).listen(this.port, "127.0.0.1", done));
  }

  async stop(): Promise<void> {
    this.delay = 0;
    await this.cut();
  }

  #join(near: Socket): void {
    const far = connect({ port: this.target, host: "127.0.0.1", noDelay: true });
    const pair: [Socket, Socket] = [near, far];
    this.#pairs.add(pair);
    const part = () => {
      this.#pairs.delete(pair);
      for (const socket of pair) socket.destroy();
    };
    for (const [from, to] of [pair, [far, near]] as [Socket, Socket][]) {
      from.on("data", (piece: Buffer) => {
        if (this.delay === 0) to.write(piece);
        else setTimeout(() => to.destroyed || to.write(piece), this.delay);
      });
      // The other side hears of it after everything that was said before.
      from.on("end", () => setTimeout(() => to.end(), this.delay));
      from.on("error", part);
      from.on("close", part);
      if (this.#swallows) from.pause();
    }
  }
}
