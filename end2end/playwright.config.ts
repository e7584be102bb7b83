// Every spec runs twice: `js` and `nojs`. Only what cannot exist without JavaScript is in *.hydrate.spec.ts.
import { browser, settings } from "./support/browser";
import { defineConfig } from "@playwright/test";

export default defineConfig({
  ...settings,
  testDir: "tests",
  // scripts/test.sh reads the counts from the report.
  reporter: [["list"], ["json", { outputFile: "test-results/report.json" }]],
  projects: [
    { name: "js", use: browser },
    { name: "nojs", use: { ...browser, javaScriptEnabled: false }, testIgnore: /\.hydrate\.spec\.ts$/ },
  ],
});
