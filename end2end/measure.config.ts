// `make bench`: what pages cost a browser: bytes, time, memory; and what Lighthouse says of them.
import { browser, settings } from "./support/browser";
import { defineConfig } from "@playwright/test";

export default defineConfig({
  ...settings,
  testDir: "measure",
  testMatch: /\.bench\.ts$/,
  // What is measured must not share the machine with another page.
  workers: 1,
  // Lighthouse looks at every page twice, some fifteen seconds each.
  timeout: 3_600_000,
  reporter: "list",
  projects: [{ name: "measure", use: browser }],
});
