// Contrast is the larger half of what axe costs, and follows from a few colours: each combination is judged once.
import type { Page } from "@playwright/test";

/** What this worker has judged. */
const judged = new Set<string>();

/** What axe judges contrast by and hasn't seen yet: letters' colour, size and weight, and all that lies behind them. */
export async function unseenContrasts(page: Page): Promise<string[]> {
  const found = await page.evaluate(() => {
    const behind = new Map<Element, string>();
    const ground = (element: Element | null): string => {
      if (!element) return "";
      let known = behind.get(element);
      if (known === undefined) {
        const { backgroundColor, backgroundImage, opacity, position } = getComputedStyle(element);
        const own = `${backgroundColor} ${backgroundImage} ${opacity}`;
        const above = ground(element.parentElement);
        const plain = own === "rgba(0, 0, 0, 0) none 1" && position === "static";
        known = plain ? above : `${above} < ${own} ${position}`;
        behind.set(element, known);
      }
      return known;
    };
    const all = new Set<string>();
    for (const element of document.querySelectorAll("body, body *")) {
      const says = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.nodeValue!.trim());
      if (!says && !element.matches("input, select, textarea")) continue;
      const { color, fontSize, fontWeight } = getComputedStyle(element);
      all.add(`${color} ${fontSize} ${fontWeight} on ${ground(element)}`);
    }
    return [...all];
  });
  return found.filter((one) => !judged.has(one));
}

export function remember(contrasts: string[]): void {
  for (const one of contrasts) judged.add(one);
}
