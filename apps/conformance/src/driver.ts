// The command the referee runs: plays the person and the browser of one scenario in front of the agent.
// Arguments: the Worker's origin, and last, added by the referee, the address of the MCP server.
import { randomUUID } from "node:crypto";
import { ERROR_CODES } from "agents/client";
import { createTestBrowser } from "agents/testing";
import type { Outcome, Task } from "./task.ts";

/** One more than a server may ask for in vain, so that an agent that asks too often is seen and not covered up. */
const MAX_TRIPS = 4;
/** ms; below what the referee allows. */
const LIMIT = 25_000;

const [origin = "", serverUrl = ""] = process.argv.slice(2);
const task: Task = {
  scenario: process.env["MCP_CONFORMANCE_SCENARIO"] ?? "",
  serverUrl,
  context: JSON.parse(process.env["MCP_CONFORMANCE_CONTEXT"] ?? "{}"),
};
const agent = `${origin}/agents/referee/run-${randomUUID()}`;
const signal = AbortSignal.timeout(LIMIT);

/** What a careful client does not go along with: there the story ends on a page that says so. */
const REFUSED_CALLBACKS: ReadonlySet<string> = new Set([
  "auth/iss-supported-missing",
  "auth/iss-wrong-issuer",
  "auth/iss-unexpected",
  "auth/iss-normalized",
]);

async function ask(path: "run" | "close"): Promise<Outcome> {
  const response = await fetch(`${agent}/${path}`, { method: "POST", body: JSON.stringify(task), signal });
  if (!response.ok) throw new Error(`/${path} answered ${response.status}`);
  return (await response.json()) as Outcome;
}

/** The whole story. Throws when it does not end well. */
async function play(): Promise<void> {
  const browser = createTestBrowser((request) => fetch(new Request(request, { signal })));
  for (let trips = 0; ; trips += 1) {
    const outcome = await ask("run");
    if (outcome.status === "done") return;
    if (outcome.status === "failed") throw new Error(`${outcome.code}: ${outcome.message}`);
    if (trips === MAX_TRIPS) throw new Error(`asked to sign in more than ${MAX_TRIPS} times`);
    const { status, url, html } = await browser.open(outcome.authUrl);
    if (new URL(url).origin !== origin) throw new Error(`the sign-in ended at ${url} with ${status}`);
    if (status < 400) continue;
    const refused = html.includes(ERROR_CODES["issuer-mismatch"].message);
    if (refused && REFUSED_CALLBACKS.has(task.scenario)) return;
    throw new Error(
      `the callback was refused with ${status}: ${html.replace(/<(style|script).*?<\/\1>|<[^>]*>/gs, " ")}`,
    );
  }
}

try {
  await play();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await ask("close").catch((error: unknown) => {
    console.error("closing failed:", error);
    process.exitCode = 1;
  });
}
