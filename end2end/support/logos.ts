// Logos as people choose them: flat letters on nothing, as PNG, made here byte by byte.
import { deflateSync } from "node:zlib";
import type { File } from "./photos";

type Colour = [red: number, green: number, blue: number];

/** Stripes of a colour on transparent ground. */
export function logo(width: number, height: number, colour: Colour = [15, 118, 110]): File {
  const row = Buffer.alloc(1 + width * 4);
  for (let x = 0; x < width; x++) {
    if (x % 40 < 24) row.set([...colour, 255], 1 + x * 4);
  }
  const pixels = Buffer.concat(Array<Buffer>(height).fill(row));
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  // Eight bits of red, green, blue and alpha.
  size.set([8, 6, 0, 0, 0], 8);
  const buffer = Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", size),
    chunk("IDAT", deflateSync(pixels)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
  return { name: "logo.png", mimeType: "image/png", buffer };
}

function chunk(kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** ISO 3309, as PNG asks for it. */
function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
