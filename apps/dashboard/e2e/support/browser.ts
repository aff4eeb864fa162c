// A real Chromium for the tests of one file.
import { type Browser, chromium } from "playwright-core";
import { findBrowser } from "../../../../scripts/browser/find-browser.ts";

export async function launchBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === undefined)
    throw new Error("No Chrome or Chromium; set CHROME_PATH or run npm run setup:browser.");
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  });
}
