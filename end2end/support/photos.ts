// Photos as people choose them, and what became of them.
import type { Browser, Page } from "@playwright/test";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const fixtures = join(dirname(fileURLToPath(import.meta.url)), "../fixtures");

export type File = { name: string; mimeType: string; buffer: Buffer };

/** Stored sideways with EXIF orientation 6, camera and GPS; upright 1200 × 1600, see fixtures/phone-photo.py. */
export const phonePhoto: File = {
  name: "IMG_2231.jpg",
  mimeType: "image/jpeg",
  buffer: readFileSync(join(fixtures, "phone-photo.jpg")),
};

/** The same picture as a valid JPEG of at least `bytes`: comments fill it up. */
export function padded(bytes: number): File {
  const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0xff, 0xff]), Buffer.alloc(65533, 0x20)]);
  const comments = Array<Buffer>(Math.ceil(bytes / comment.length)).fill(comment);
  const { buffer } = phonePhoto;
  return { ...phonePhoto, buffer: Buffer.concat([buffer.subarray(0, 2), ...comments, buffer.subarray(2)]) };
}

export const heic: File = {
  name: "IMG_2232.HEIC",
  mimeType: "image/heic",
  buffer: Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1"),
};

export type Picture = {
  width: number;
  height: number;
  /** The nearest named colours at the corners, a tenth of the side away from them. */
  corners: string[];
  bytes: Buffer;
};

/** The largest rendition of the photo that the page shows, decoded in a browser of its own. */
export async function shownPhoto(page: Page, browser: Browser): Promise<Picture> {
  const src = await page.locator(".photo img").first().getAttribute("src");
  const answer = await page.request.get(src!.replace(/\/\d+$/, "/512"));
  if (!answer.ok()) throw new Error(`${answer.url()} answered ${answer.status()}`);
  const bytes = await answer.body();
  const context = await browser.newContext({ javaScriptEnabled: true });
  const blank = await context.newPage();
  const url = `data:${answer.headers()["content-type"]};base64,${bytes.toString("base64")}`;
  const { width, height, pixels } = await blank.evaluate(async (url) => {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const context = canvas.getContext("2d")!;
    context.drawImage(image, 0, 0);
    const places = [0.1, 0.9].flatMap((y) => [0.1, 0.9].map((x) => [x * canvas.width, y * canvas.height] as const));
    const pixels = places.map(([x, y]) => [...context.getImageData(Math.floor(x), Math.floor(y), 1, 1).data]);
    return { width: canvas.width, height: canvas.height, pixels };
  }, url);
  await context.close();
  return { width, height, corners: pixels.map(nearest), bytes };
}

/** Whether anything that a camera wrote into the file is left. */
export function tellsTales(bytes: Buffer): boolean {
  return ["Exif", "GPS", "Ayar Phone", "Secret Model", "2026:11:23", "http://ns.adobe.com"].some((word) =>
    bytes.includes(word, 0, "latin1"),
  );
}

const colours: Record<string, [number, number, number]> = {
  red: [208, 32, 32],
  green: [32, 160, 64],
  blue: [32, 64, 208],
  yellow: [224, 192, 32],
  grey: [120, 120, 120],
};

function nearest([r = 0, g = 0, b = 0]: number[]): string {
  const far = ([x, y, z]: [number, number, number]) => (x - r) ** 2 + (y - g) ** 2 + (z - b) ** 2;
  return Object.entries(colours).reduce((best, next) => (far(next[1]) < far(best[1]) ? next : best))[0];
}
