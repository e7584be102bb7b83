// `make bench`: what a first visit moves over the wire, counted by the browser itself.
import { browser, settings } from "./support/browser";
import { defineConfig } from "@playwright/test";

export default defineConfig({
  ...settings,
  testDir: "measure",
  testMatch: /\.bench\.ts$/,
  workers: 1,
  reporter: "list",
  projects: [{ name: "measure", use: browser }],
});
