// `npm run setup:browser`: says which browser the end-to-end tests will use, installing one when there is none.
import { findBrowser } from "./browser/find-browser.ts";
import { installBrowser } from "./browser/install-browser.ts";

const found = findBrowser();
if (found === undefined) {
  console.log("no Chrome or Chromium here: installing one");
  const outcome = await installBrowser((text) => console.log(text));
  if (!outcome.ok) {
    console.log(outcome.reason);
    process.exitCode = 1;
  }
}
const browser = found ?? findBrowser();
if (browser !== undefined) console.log(`browser: ${browser}`);
