import { Script } from "node:vm";
import { expect, test } from "vitest";
import type { MCPClientOAuthCallbackConfig, MCPClientOAuthResult } from "../options.ts";
import { createCallbackResponder } from "./callback-response.ts";

const REQUEST = new Request("https://app.example/agents/a/b/callback?code=CANARY&state=CANARY");
const NASTY = `</script><script>alert(1)</script>" onx='1' \`\${alert(1)}\` \\';alert(1)// \r\n\u2028\u2029\u202e &lt;`;
const SUCCESS = { serverId: "srv", authSuccess: true } as const;
const FAILURE = {
  serverId: "srv",
  authSuccess: false,
  authError: NASTY,
  authErrorDetail: NASTY,
  code: "authorization-denied",
} as const;

const respond = (
  config: MCPClientOAuthCallbackConfig | undefined,
  ending: Parameters<ReturnType<typeof createCallbackResponder>["respond"]>[1],
) => createCallbackResponder(() => config).respond(REQUEST, ending);
const location = (config: MCPClientOAuthCallbackConfig, ending: Parameters<typeof respond>[1]) =>
  respond(config, ending).headers.get("location");

/** Runs what the documented handlers paste together; throws when the text breaks out of its string. */
function runs(script: string): unknown[] {
  const alerts: unknown[] = [];
  new Script(script).runInNewContext({
    alert: (text: unknown) => alerts.push(text),
    window: { close: () => undefined },
  });
  return alerts;
}

test("the documented handler, typed in as written, is harmless with any text of a provider", async () => {
  const customHandler = (result: MCPClientOAuthResult) =>
    new Response(`<script>alert('Authorization failed: ${result.authError}'); window.close();</script>`, {
      headers: { "content-type": "text/html" },
    });
  const html = await respond({ customHandler }, FAILURE).text();
  expect(html.match(/<\/?script>/g)).toEqual(["<script>", "</script>"]);
  const alerts = runs(html.slice("<script>".length, -"</script>".length));
  expect(alerts).toHaveLength(1);
  expect(alerts[0]).toMatch(/^Authorization failed: /);
});

test.each(["'", '"', "`"])("the text stays inside a script string in %s quotes", (quote) => {
  let error = "";
  respond({ customHandler: (result) => ((error = result.authError ?? ""), new Response()) }, FAILURE);
  expect(runs(`alert(${quote}${error}${quote})`)).toEqual([error]);
  expect(error).not.toMatch(/[<>&"'`\\$\r\n\u2028\u2029\u202e]/);
});

test("a handler gets the documented fields and the raw text beside them", () => {
  const results: unknown[] = [];
  const customHandler = (result: MCPClientOAuthResult) => (results.push(result), new Response());
  respond({ customHandler, successRedirect: "/x" }, { ...SUCCESS, serverName: "S" });
  respond({ customHandler }, FAILURE);
  expect(results).toEqual([
    { serverId: "srv", authSuccess: true },
    { serverId: "srv", authSuccess: false, authError: expect.any(String), authErrorDetail: NASTY },
  ]);
});

test("a handler that fails leaves the person on our page", async () => {
  const broken = () => {
    throw new Error("CANARY");
  };
  const response = respond({ customHandler: broken }, SUCCESS);
  expect(response.status).toBe(200);
  expect(await response.text()).not.toContain("CANARY");
  expect(respond({ customHandler: (() => undefined) as unknown as () => Response }, SUCCESS).status).toBe(200);
});

test.each([
  ["/dashboard", "https://app.example/dashboard"],
  ["dashboard?tab=1#x", "https://app.example/dashboard?tab=1#x"],
  ["https://other.example/done", "https://other.example/done"],
  ["myapp://done", "myapp://done"],
  ["https://[", "https://app.example/"],
  ["javascript:alert(1)", "https://app.example/"],
  ["data:text/html,x", "https://app.example/"],
])("a success leads to %s", (successRedirect, expected) => {
  expect(location({ successRedirect }, SUCCESS)).toBe(expected);
});

test.each([
  "/auth-error",
  "/auth-error?tab=1",
  "https://other.example/x?tab=1&error=old",
  "myapp://auth?tab=1",
  "/x#part",
])("a failure leads to %s with one error", (errorRedirect) => {
  const url = new URL(location({ errorRedirect }, FAILURE) ?? "");
  expect(url.searchParams.getAll("error")).toEqual(["Access was declined."]);
  expect(url.searchParams.get("tab")).toBe(errorRedirect.includes("tab") ? "1" : null);
});

test("redirects keep the code of the request to themselves", () => {
  const response = respond({ successRedirect: "/done" }, SUCCESS);
  expect(response.headers.get("referrer-policy")).toBe("no-referrer");
  expect(response.headers.get("cache-control")).toBe("no-store");
});

test("only what is configured redirects; the rest gets our page", () => {
  expect(respond({ errorRedirect: "/e" }, SUCCESS).status).toBe(200);
  expect(respond({ successRedirect: "/s" }, FAILURE).status).toBe(400);
  expect(respond(undefined, SUCCESS).status).toBe(200);
});

test("our page allows nothing but its own script, and says only what is ours", async () => {
  const response = respond(undefined, { ...FAILURE, serverName: `<img src=x onerror=alert(1)>` });
  const html = await response.text();
  const policy = response.headers.get("content-security-policy") ?? "";
  const nonce = /script-src 'nonce-([\w-]+)'/.exec(policy)?.[1];
  expect(policy).toMatch(/^default-src 'none'; .*form-action 'none'; base-uri 'none'; frame-ancestors 'none'$/);
  expect([...html.matchAll(/<script([^>]*)>/g)].map(([, attributes]) => attributes)).toEqual([` nonce="${nonce}"`]);
  expect(html).toContain("Access was declined.");
  expect(html).not.toContain("<img");
  expect(html).not.toContain("CANARY");
  expect(html).not.toContain("alert(1)</");
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
  });
});

/** What our page's script does in a browser. */
async function play(response: Response) {
  const html = await response.text();
  const script = /<script[^>]*>(.*?)<\/script>/s.exec(html)?.[1] ?? "";
  const said: unknown[] = [];
  const window = {
    opener: { postMessage: (message: unknown, origin: string) => said.push(["opener", message, origin]) },
    close: () => said.push(["close"]),
  };
  class BroadcastChannel {
    constructor(readonly name: string) {}
    postMessage = (message: unknown) => said.push([this.name, message]);
    close = () => undefined;
  }
  new Script(script).runInNewContext({ window, BroadcastChannel, location: { origin: "https://app.example" } });
  return JSON.parse(JSON.stringify(said)) as unknown;
}

test("it tells the windows of its own origin, then closes itself", async () => {
  const done = { type: "agents:mcp-authorization", serverId: "srv", outcome: "completed" };
  expect(await play(respond(undefined, SUCCESS))).toEqual([
    ["opener", done, "https://app.example"],
    [done.type, done],
    ["close"],
  ]);
  const nasty = "</script>\u2028";
  expect(await play(respond(undefined, { ...SUCCESS, serverId: nasty }))).toMatchObject([
    ["opener", { serverId: nasty }, "https://app.example"],
    {},
    ["close"],
  ]);
  expect(await play(respond(undefined, FAILURE))).toMatchObject([
    ["opener", { outcome: "failed" }, expect.any(String)],
    {},
    ["close"],
  ]);
});

test.each(["browser-mismatch", "flow-unknown", "issuer-mismatch"] as const)(
  "an answer that changed nothing (%s) stays to be read",
  async (code) => {
    expect(await play(respond(undefined, { ...FAILURE, code }))).toEqual([]);
  },
);
