// Journeys that are tested in both languages, with the words that people meet there.
import { test } from "./test";

/** Chooses what stands there in the language of the test. */
export type Words = <T>(turkish: T, english: T) => T;

export const turkish: Words = (turkish) => turkish;
const english: Words = (_, english) => english;

/** Every journey twice: where the browsers ask for Turkish, and where they ask for English. */
export function inBothLanguages(journeys: (w: Words) => void): void {
  for (const [language, locale, w] of [["Turkish", "tr-TR", turkish], ["English", "en-GB", english]] as const) {
    test.describe(`in ${language}`, () => {
      // The header is for requests that no page makes: a browser's language is that of its pages only.
      test.use({ locale, extraHTTPHeaders: { "accept-language": locale } });
      journeys(w);
    });
  }
}
