// Requests as programs and browsers without scripts send them, each with how long it took. node:http and not fetch: a
// fault needs the socket.
import { Agent, type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from "node:http";

export type Answer = { status: number; headers: IncomingHttpHeaders; body: string; ms: number };

export type Ask = {
  headers?: OutgoingHttpHeaders;
  body?: string | Buffer;
  /** Gives up after this many milliseconds: the promise is rejected and the socket destroyed. */
  within?: number;
  agent?: Agent | false;
};

export async function ask(port: number, method: string, path: string, options: Ask = {}): Promise<Answer> {
  const { headers = {}, body, within = 30_000, agent } = options;
  const begun = performance.now();
  return new Promise((done, failed) => {
    const sent = request({ host: "127.0.0.1", port, method, path, agent, headers: { host: `127.0.0.1:${port}`, ...headers } });
    const impatience = setTimeout(() => sent.destroy(new Error(`no answer within ${within} ms`)), within);
    sent.once("error", (error) => (clearTimeout(impatience), failed(error)));
    sent.once("response", (answer) => {
      const pieces: Buffer[] = [];
      answer.on("data", (piece: Buffer) => pieces.push(piece));
      answer.once("error", (error) => (clearTimeout(impatience), failed(error)));
      answer.once("end", () => {
        clearTimeout(impatience);
        const text = Buffer.concat(pieces).toString("utf8");
        done({ status: answer.statusCode ?? 0, headers: answer.headers, body: text, ms: performance.now() - begun });
      });
    });
    sent.end(body);
  });
}

/** Fields as a form sends them: `form[name]=…`. */
export function formOf(fields: Record<string, string>): string {
  return new URLSearchParams(Object.entries(fields).map(([name, value]) => [`form[${name}]`, value])).toString();
}

/** One browser, or one program with its key: its cookies and its connections. */
export class Client {
  readonly #cookies = new Map<string, string>();
  readonly agent = new Agent({ keepAlive: true, maxSockets: Infinity });

  constructor(
    readonly port: number,
    readonly key = "",
  ) {}

  /** The headers that say who asks. */
  get who(): OutgoingHttpHeaders {
    if (this.key) return { authorization: `Bearer ${this.key}` };
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    return { "sec-fetch-site": "same-origin", ...(cookie && { cookie }) };
  }

  async send(method: string, path: string, options: Ask = {}): Promise<Answer> {
    const headers = { ...this.who, ...options.headers };
    const answer = await ask(this.port, method, path, { agent: this.agent, ...options, headers });
    for (const cookie of answer.headers["set-cookie"] ?? []) {
      const [name = "", value = ""] = cookie.split(";")[0]!.split("=");
      if (value) this.#cookies.set(name, value);
      else this.#cookies.delete(name);
    }
    return answer;
  }

  page(path: string): Promise<Answer> {
    return this.send("GET", path, { headers: { accept: "text/html", "accept-language": "en" } });
  }

  /** Calls a server function as a script of a page does. */
  call(action: string, fields: Record<string, string> = {}, options: Ask = {}): Promise<Answer> {
    const headers = { "content-type": "application/x-www-form-urlencoded", accept: "application/json" };
    return this.send("POST", `/api/${action}`, { headers, body: formOf(fields), ...options });
  }

  /** Asks the REST API. */
  api(method: string, path: string, json?: unknown, options: Ask = {}): Promise<Answer> {
    const body = json === undefined ? undefined : JSON.stringify(json);
    return this.send(method, `/api/v1${path}`, { headers: { "content-type": "application/json" }, body, ...options });
  }

  /** The same browser at another node, or at the same one on another port. */
  at(port: number): Client {
    const other = new Client(port, this.key);
    for (const [name, value] of this.#cookies) other.#cookies.set(name, value);
    return other;
  }

  close(): void {
    this.agent.destroy();
  }
}

/** Throws unless the answer has this status. */
export function expectStatus(answer: Answer, status: number, what: string): Answer {
  if (answer.status !== status) throw new Error(`${what}: ${answer.status}, not ${status}\n${answer.body.slice(0, 2000)}`);
  return answer;
}
