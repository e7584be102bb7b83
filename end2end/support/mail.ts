// Reads the mails the server wrote into its mail folder, the way a person would: newest first, decoded.
import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";

export type Mail = { to: string; subject: string; text: string; html: string };

export class Mailbox {
  readonly #read = new Set<string>();

  constructor(private readonly folder: string) {}

  /**
   * Waits for a mail to `address` that was not handed out before; the newest, if there are several. With a `subject`,
   * mails about anything else are left for later.
   */
  async next(address: string, subject?: string, within = 15_000): Promise<Mail> {
    const deadline = Date.now() + within;
    for (;;) {
      const found = await this.newest(address, subject);
      if (found) return found;
      if (Date.now() > deadline) throw new Error(`no new mail "${subject ?? ""}" to ${address} in ${this.folder}`);
      await new Promise((later) => setTimeout(later, 100));
    }
  }

  /** The first link of the next mail to `address`. */
  async link(address: string, subject?: string): Promise<string> {
    const mail = await this.next(address, subject);
    const link = /https?:\/\/[^\s<>"']+/.exec(mail.text)?.[0];
    if (!link) throw new Error(`no link in the mail "${mail.subject}":\n${mail.text}`);
    return link;
  }

  private async newest(address: string, subject?: string): Promise<Mail | undefined> {
    const names = (await readdir(this.folder)).filter((name) => name.endsWith(".eml") && !this.#read.has(name));
    const files = await Promise.all(
      names.map(async (name) => ({ name, written: (await stat(join(this.folder, name))).mtimeMs })),
    );
    files.sort((a, b) => b.written - a.written);
    for (const { name } of files) {
      const raw = await readFile(join(this.folder, name), "utf8");
      // Still being written: it will be complete at the next look.
      if (!/\r?\n\r?\n/.test(raw)) continue;
      const mail = parse(raw);
      if (!mail.to.toLowerCase().includes(address.toLowerCase())) continue;
      if (subject !== undefined && mail.subject !== subject) continue;
      this.#read.add(name);
      return mail;
    }
    return undefined;
  }
}

/** Enough of RFC 5322, 2045 and 2047 for our own mails: a text part beside an HTML part. */
function parse(raw: string): Mail {
  const { headers, body } = part(raw);
  return {
    to: decodeWords(headers.get("to") ?? ""),
    subject: decodeWords(headers.get("subject") ?? ""),
    text: text(headers, body, "text/plain") ?? "",
    html: text(headers, body, "text/html") ?? "",
  };
}

function part(raw: string): { headers: Map<string, string>; body: string } {
  const end = /\r?\n\r?\n/.exec(raw);
  const head = end ? raw.slice(0, end.index) : raw;
  const headers = new Map<string, string>();
  for (const line of head.replace(/\r?\n[ \t]+/g, " ").split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return { headers, body: end ? raw.slice(end.index + end[0].length) : "" };
}

function text(headers: Map<string, string>, body: string, kind: string): string | undefined {
  const type = headers.get("content-type") ?? "text/plain";
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1];
  if (boundary) {
    const parts = body.split(`--${boundary}`).slice(1, -1);
    return parts.map((raw) => part(raw.replace(/^\r?\n/, ""))).map((inner) => text(inner.headers, inner.body, kind)).find(Boolean);
  }
  if (!type.toLowerCase().startsWith(kind)) return undefined;
  return decode(body, headers.get("content-transfer-encoding") ?? "7bit");
}

function decode(body: string, encoding: string): string {
  if (/base64/i.test(encoding)) return Buffer.from(body, "base64").toString("utf8");
  return /quoted-printable/i.test(encoding) ? quotedPrintable(body.replace(/=\r?\n/g, "")) : body;
}

function quotedPrintable(encoded: string): string {
  return Buffer.from(
    encoded.replace(/(?:=[0-9A-F]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll("=", ""), "hex").toString("utf8")),
  ).toString("utf8");
}

function decodeWords(header: string): string {
  return header
    .replace(/(\?=)\s+(=\?)/g, "$1$2")
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, word: string) =>
      /b/i.test(kind) ? Buffer.from(word, "base64").toString("utf8") : quotedPrintable(word.replaceAll("_", " ")),
    );
}
