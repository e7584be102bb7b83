// What a page loads, as Chromium counts what came over the wire (Network.loadingFinished): headers included, nothing
// for what it had already.
import { type CDPSession, type Page } from "@playwright/test";

/** `icons` and pictures; `answers` are what a script asked the server. */
export const kinds = ["document", "style", "icons", "scripts", "Wasm", "pieces", "answers"] as const;
export type Kind = (typeof kinds)[number];
export type Loaded = Record<Kind, { files: number; bytes: number }>;

const QUIET = 1_000;

export class Wire {
  readonly #open = new Map<string, Kind>();
  #loaded = nothing();
  #last = Date.now();

  private constructor(session: CDPSession) {
    session.on("Network.requestWillBeSent", ({ requestId, type, request }) => {
      this.#last = Date.now();
      if (request.url.startsWith("http")) this.#open.set(requestId, kindOf(type, new URL(request.url).pathname));
    });
    session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      this.#last = Date.now();
      const kind = this.#open.get(requestId);
      this.#open.delete(requestId);
      if (!kind || encodedDataLength === 0) return;
      this.#loaded[kind].files += 1;
      this.#loaded[kind].bytes += encodedDataLength;
    });
    session.on("Network.loadingFailed", ({ requestId }) => this.#open.delete(requestId));
  }

  static async listen(page: Page): Promise<Wire> {
    const session = await page.context().newCDPSession(page);
    const wire = new Wire(session);
    await session.send("Network.enable");
    return wire;
  }

  /** Waits until nothing is on its way and nothing was asked for a second; gives what came since the last time. */
  async take(): Promise<Loaded> {
    this.#last = Date.now();
    while (this.#open.size > 0 || Date.now() - this.#last < QUIET) await new Promise((later) => setTimeout(later, 50));
    const loaded = this.#loaded;
    this.#loaded = nothing();
    return loaded;
  }
}

function nothing(): Loaded {
  return Object.fromEntries(kinds.map((kind) => [kind, { files: 0, bytes: 0 }])) as Loaded;
}

function kindOf(type: string | undefined, path: string): Kind {
  if (path.endsWith(".wasm")) return path.includes("/chunk_") || path.includes("/split_") ? "pieces" : "Wasm";
  switch (type) {
    case "Document":
      return "document";
    case "Stylesheet":
      return "style";
    case "Script":
      return "scripts";
    case "Fetch":
    case "XHR":
      return "answers";
    default:
      return "icons";
  }
}

export const bytes = (loaded: Loaded, ...of: readonly Kind[]) => of.reduce((sum, kind) => sum + loaded[kind].bytes, 0);
export const files = (loaded: Loaded, ...of: readonly Kind[]) => of.reduce((sum, kind) => sum + loaded[kind].files, 0);
