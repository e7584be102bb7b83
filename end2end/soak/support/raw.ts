// A connection that is held open by somebody who is slow, or stuck.
import { type Socket, connect } from "node:net";

export class Slow {
  #socket: Socket;
  #timer: NodeJS.Timeout | undefined;
  /** When the server closed it. */
  closedAt: number | undefined;
  heard = "";

  private constructor(port: number) {
    this.#socket = connect({ port, host: "127.0.0.1" });
    this.#socket.on("data", (piece) => (this.heard += String(piece)));
    this.#socket.on("error", () => undefined);
    this.#socket.on("close", () => {
      clearInterval(this.#timer);
      this.closedAt ??= performance.now();
    });
  }

  /** Says this at once, and nothing more. */
  static stuck(port: number, text: string): Slow {
    const slow = new Slow(port);
    slow.#socket.write(text);
    return slow;
  }

  /** Says this at once, and then `drops`, one byte in a second. */
  static dripping(port: number, text: string, drops: string): Slow {
    const slow = Slow.stuck(port, text);
    let next = 0;
    slow.#timer = setInterval(() => slow.#socket.write(drops[next++ % drops.length] ?? ""), 1000);
    return slow;
  }

  hangUp(): void {
    this.#socket.destroy();
  }
}

/** The beginning of a post whose body is longer than what comes of it. */
export function halfPost(port: number, path = "/login?do=entrance/sign-in", length = 4096): string {
  return [
    `POST ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    "Sec-Fetch-Site: same-origin",
    "Content-Type: application/x-www-form-urlencoded",
    `Content-Length: ${length}`,
    "",
    "form[email]=",
  ].join("\r\n");
}
