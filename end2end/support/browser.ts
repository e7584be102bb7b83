// How Chromium is started: the system's own, never a downloaded one. CHROMIUM names another.
import type { PlaywrightTestConfig } from "@playwright/test";

export const settings = {
  outputDir: "test-results/output",
  // One more than the two cores of the smallest machine: a sign-in with a code often waits for the clock.
  workers: Number(process.env["WORKERS"] ?? 3),
  // A test that passes the second time is a broken test.
  retries: 0,
  // Generous: a test that is slow on a busy machine is no broken product, and one that fails waits only once.
  timeout: 180_000,
  expect: { timeout: 20_000 },
  // A file of sign-ins waits for the clock (a code is used once): its tests go to every worker.
  fullyParallel: true,
  forbidOnly: true,
} satisfies PlaywrightTestConfig;

export const browser = {
  browserName: "chromium",
  locale: "tr-TR",
  timezoneId: "Europe/Istanbul",
  viewport: { width: 1280, height: 900 },
  // Nothing waits for an animation, and axe never measures a colour half-way through one.
  contextOptions: { reducedMotion: "reduce" },
  // Recording what a test does costs an eighth of its time: TRACE=retain-on-failure to look into one.
  trace: (process.env["TRACE"] as "retain-on-failure" | undefined) ?? "off",
  screenshot: "only-on-failure",
  launchOptions: {
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium-headless-shell",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  },
} satisfies PlaywrightTestConfig["use"];
