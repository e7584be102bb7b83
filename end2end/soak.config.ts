// `make soak`: the faults of docs/reliability.md, one after the other, on the optimised build.
import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "soak",
  testMatch: /\.soak\.ts$/,
  outputDir: "test-results/soak",
  // What is measured must not share the machine with another fault.
  workers: 1,
  retries: 0,
  timeout: 300_000,
  forbidOnly: true,
  reporter: "list",
});
