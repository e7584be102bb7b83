// `make screenshots`: every page in each language, light and dark, on a desk and on a phone. One project per
// variant; what to photograph is in screenshots/*.shots.ts, the file name is support/screenshots.ts' business.
import { browser, settings } from "./support/browser";
import { variants } from "./support/screenshots";
import { defineConfig } from "@playwright/test";

export default defineConfig({
  ...settings,
  testDir: "screenshots",
  testMatch: /\.shots\.ts$/,
  timeout: 180_000,
  reporter: "list",
  projects: variants.map((variant) => ({
    name: `${variant.language}-${variant.scheme}-${variant.width}`,
    metadata: variant,
    use: {
      ...browser,
      locale: variant.language === "tr" ? "tr-TR" : "en-GB",
      colorScheme: variant.scheme,
      viewport: { width: variant.width, height: variant.width < 600 ? 844 : 900 },
      hasTouch: variant.width < 600,
      isMobile: variant.width < 600,
    },
  })),
});
