// A page loads the style of its own piece only: no rule of another's may be missing on it.
import { type Page, expect } from "@playwright/test";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { site } from "./server";

/** Every built sheet, by its name. */
function sheets(): Record<string, string> {
  const folder = join(site, "pkg");
  const names = readdirSync(folder).filter((name) => name.endsWith(".css"));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

/** Nothing on the page, as it is now, is what a rule speaks of that stands only in sheets the page hasn't loaded. */
export async function expectStyled(page: Page): Promise<void> {
  const lost = await page.evaluate((sheets) => {
    const selectors = (rules: CSSRuleList): string[] =>
      [...rules].flatMap((rule) => [
        ...(rule instanceof CSSStyleRule ? [rule.selectorText] : []),
        ...("cssRules" in rule ? selectors(rule.cssRules as CSSRuleList) : []),
      ]);
    const loaded = [...document.styleSheets].map((sheet) => sheet.href?.split("/").pop());
    const known = new Set<string>();
    const others: [string, string][] = [];
    for (const [name, text] of Object.entries(sheets)) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      for (const selector of selectors(sheet.cssRules)) {
        if (loaded.includes(name)) known.add(selector);
        else others.push([name, selector]);
      }
    }
    // What an element looks like before it is pointed at, and without what only a style draws.
    const plain = (selector: string) => selector.replace(/::[\w-]+(\([^)]*\))?|:(hover|active|focus-visible|focus-within|focus)(?![\w-])/g, ":is(*)");
    return others.filter(([, selector]) => !known.has(selector) && document.querySelector(plain(selector))).map((rule) => rule.join(": "));
  }, sheets());
  expect.soft(lost, `style that ${page.url()} lacks`).toEqual([]);
}
