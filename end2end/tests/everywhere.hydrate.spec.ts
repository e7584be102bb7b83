// What holds on every page of somebody signed in, in the variants that the specs of the rooms don't draw: English, dark,
// as narrow as a phone.
import { type Page } from "@playwright/test";
import { startCompany } from "../support/company";
import { open } from "../support/entrance";
import { rooms } from "../support/pages";
import { expect, expectAccessible, test } from "../support/test";

/** What can't be pressed 21 pixels above and below its middle. Links within a sentence may be smaller. */
function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const controls = "button, summary, select, textarea, input, .button, .nav-link, .menu-item, .link";
    const found = [...document.querySelectorAll<HTMLElement>(controls)].filter(
      (element) =>
        element.checkVisibility({ visibilityProperty: true }) && !element.matches("p .link, td .link, li .link"),
    );
    return found.flatMap((element) => {
      // A label around a small box is pressed as well.
      const target = element.closest("label") ?? element;
      if (element.closest(".visually-hidden") || target.offsetWidth <= 1 || target.offsetHeight >= 44) return [];
      // The visible part of a switch is smaller than what can be hit.
      target.scrollIntoView({ block: "center" });
      const { x, y, width, height } = target.getBoundingClientRect();
      const hit = (dy: number) => document.elementFromPoint(x + width / 2, y + height / 2 + dy);
      if ([-21, 21].every((dy) => target.contains(hit(dy)))) return [];
      return [`${Math.round(width)} × ${Math.round(height)}: ${element.outerHTML.slice(0, 160)}`];
    });
  });
}

test("every page can be read and pressed: English, dark, on a phone", async ({ page, mailbox, complaints }) => {
  complaints.expect(/status of 404/);
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 390, height: 844 });
  await startCompany(page, mailbox);
  await page.request.post("/settings/general?do=shell/choose-language", {
    form: { "form[language]": "en" },
    headers: { "sec-fetch-site": "same-origin" },
  });
  for (const path of [...rooms, "/nowhere"]) {
    await test.step(path, async () => {
      await open(page, path);
      await expect(page.locator("html")).toHaveAttribute("lang", "en");
      await expectAccessible(page);
      expect.soft(await smallTargets(page), `targets on ${path}`).toEqual([]);
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect.soft(beyond, `${path} scrolls sideways`).toBeLessThanOrEqual(0);
    });
  }
});
