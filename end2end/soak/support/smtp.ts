// A mail server that behaves as badly as it is told to.
import { type Server, type Socket, createServer } from "node:net";
import { freePort } from "../../support/server";
import { sleep } from "./figures";

/** What goes wrong the first time that somebody is written to. */
export type Trouble = "none" | "later" | "refused" | "cut" | "lost";

export type Received = { to: string; id: string; at: number };

export class MailServer {
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();
  readonly received: Received[] = [];
  /** Recipients that have been tried. */
  readonly #tried = new Map<string, number>();
  /** Milliseconds until it says hello. */
  greeting = 0;
  /** Of each recipient. */
  trouble: (to: string) => Trouble = () => "none";

  private constructor(readonly port: number) {}

  static async start(): Promise<MailServer> {
    const server = new MailServer(await freePort());
    server.#server = createServer((socket) => void server.#talk(socket).catch(() => socket.destroy()));
    await new Promise<void>((done) => server.#server!.listen(server.port, "127.0.0.1", done));
    return server;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((done) => this.#server!.close(() => done()));
  }

  tries(to: string): number {
    return this.#tried.get(to) ?? 0;
  }

  /** RFC 5321, as far as a client of ours goes. */
  async #talk(socket: Socket): Promise<void> {
    this.#sockets.add(socket.on("error", () => socket.destroy()).on("close", () => this.#sockets.delete(socket)));
    const say = (line: string) => socket.write(`${line}\r\n`);
    let [waiting, to, data]: [string, string, string | undefined] = ["", "", undefined];
    await sleep(this.greeting);
    say("220 mail.example ESMTP");
    for await (const piece of socket) {
      waiting += String(piece);
      for (let end = waiting.indexOf("\r\n"); end >= 0; end = waiting.indexOf("\r\n")) {
        const line = waiting.slice(0, end);
        waiting = waiting.slice(end + 2);
        if (data !== undefined) {
          if (line !== ".") {
            data += `${line}\n`;
            // Half of the mail has come.
            if (this.#now(to) === "cut" && data.length > 500) return void socket.destroy();
            continue;
          }
          const id = /^Message-ID:\s*(\S+)/im.exec(data)?.[1] ?? "";
          data = undefined;
          this.received.push({ to, id, at: performance.now() });
          // It is taken, and nobody hears of that.
          if (this.#now(to) === "lost") return void socket.destroy();
          say("250 2.0.0 taken");
          continue;
        }
        const verb = line.slice(0, 4).toUpperCase();
        if (verb === "EHLO") say("250-mail.example\r\n250-8BITMIME\r\n250 SMTPUTF8");
        else if (verb === "HELO" || verb === "NOOP" || verb === "RSET" || verb === "MAIL") say("250 2.0.0 ok");
        else if (verb === "RCPT") {
          to = /<(.*?)>/.exec(line)?.[1] ?? "";
          this.#tried.set(to, this.tries(to) + 1);
          const now = this.#now(to);
          if (now === "later") say("451 4.3.0 try again later");
          else if (now === "refused") say("550 5.1.1 no such mailbox");
          else say("250 2.1.5 ok");
        } else if (verb === "DATA") {
          data = "";
          say("354 go on");
        } else if (verb === "QUIT") {
          say("221 2.0.0 bye");
          return void socket.end();
        } else say("502 5.5.1 what?");
      }
    }
  }

  #now(to: string): Trouble {
    return this.tries(to) === 1 ? this.trouble(to) : "none";
  }
}
