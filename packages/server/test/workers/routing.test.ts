import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { type AgentOptions, routeAgentRequest } from "../../src/index.ts";
import { wrapSocket } from "./open-socket.ts";

const HOST = "https://app.example";

function ask(path: string, init: RequestInit = {}, options: AgentOptions = {}, host = HOST): Promise<Response | null> {
  return routeAgentRequest(new Request(host + path, init), env, options);
}

async function upgrade(path: string, headers: Record<string, string> = {}, options: AgentOptions = {}, host = HOST) {
  const response = await ask(path, { headers: { Upgrade: "websocket", ...headers } }, options, host);
  if (!response?.webSocket) throw new Error(`No upgrade: ${response?.status}`);
  return wrapSocket(response.webSocket);
}

/** 101 with a first frame, or the code it was closed with. */
async function outcome(socket: Awaited<ReturnType<typeof upgrade>>): Promise<"open" | number> {
  return Promise.race([socket.next().then(() => "open" as const), socket.closed.then(({ code }) => code)]);
}

test.each(["/", "/agents", "/agents/test-agent", "/other/test-agent/x", "/agentsx/test-agent/x"])(
  "%s is not ours",
  async (path) => {
    expect(await ask(path)).toBeNull();
  },
);

test.each([
  ["/agents/test-agent/a", 200],
  ["/agents/quiet-agent/a", 500],
  ["/agents/plain-object/a", 200],
  ["/agents/no-such-agent/a", 400],
  ["/agents/TestAgent/a", 400],
  ["/agents/__proto__/a", 404],
  ["/agents/constructor/a", 404],
  ["/agents/toString/a", 404],
  ["/agents/hasOwnProperty/a", 404],
  ["/agents/test-agent/a%00b", 404],
  ["/agents/test-agent/a%0Ab", 404],
])("%s answers %d", async (path, status) => {
  expect((await ask(path))?.status).toBe(status);
});

test.each([
  [1024, 200],
  [1025, 404],
])("a name of %d characters answers %d", async (length, status) => {
  expect((await ask(`/agents/test-agent/${"n".repeat(length)}`))?.status).toBe(status);
});

test("an instance's name is what the path says after decoding", async () => {
  const answer = await ask("/agents/test-agent/j%C3%BCrgen%20%2F%20%25/sub");
  expect(await answer?.json()).toMatchObject({ name: "jürgen / %" });
});

test("only listed agents can be reached when there is a list", async () => {
  const options = { agents: ["TestAgent", "QUIET_AGENT"] };
  expect((await ask("/agents/test-agent/a", {}, options))?.status).toBe(200);
  expect((await ask("/agents/quiet-agent/a", {}, options))?.status).toBe(500);
  expect((await ask("/agents/plain-object/a", {}, options))?.status).toBe(400);
});

test("an agent without a binding is answered with what to do about it", async () => {
  const answer = await ask("/agents/unbound-agent/a");
  expect(answer?.status).toBe(400);
  expect(await answer?.text()).toContain("Give the binding the name of its class");
});

test("a prefix may have several segments", async () => {
  const answer = await ask("/api/v1/test-agent/a", {}, { prefix: "api/v1" });
  expect(await answer?.json()).toMatchObject({ name: "a" });
});

test("headers with an inner meaning do not come in from outside", async () => {
  const headers = {
    "x-partykit-props": "e30=",
    "x-partykit-room": "other",
    "X-Agents-Anything": "1",
    "x-mine": "kept",
  };
  const answer = await ask("/agents/test-agent/headers", { headers });
  const { headers: seen, name } = (await answer?.json()) as { headers: Record<string, string>; name: string };
  expect(Object.keys(seen).filter((key) => key.startsWith("x-"))).toEqual(["x-mine"]);
  expect(name).toBe("headers");
});

test.each<[string, string | undefined, string, AgentOptions, "open" | number]>([
  ["no origin", undefined, HOST, {}, "open"],
  ["its own origin", HOST, HOST, {}, "open"],
  ["another origin", "https://evil.example", HOST, {}, 4403],
  ["another port", `${HOST}:8443`, HOST, {}, 4403],
  ["another scheme", "http://app.example", HOST, {}, 4403],
  ["a sandboxed frame", "null", HOST, {}, 4403],
  ["an origin listed for the router", "https://front.example", HOST, { origins: ["https://front.example"] }, "open"],
  ["an origin listed by the class", "https://listed.example", HOST, {}, "open"],
  ["another origin with cors", "https://evil.example", HOST, { cors: true }, 4403],
  ["a development server", "http://localhost:5173", "http://127.0.0.1:8787", {}, "open"],
  ["a remote page on a local worker", "https://evil.example", "http://localhost:8787", {}, 4403],
  ["a local page on a remote worker", "http://localhost:5173", HOST, {}, 4403],
])("a socket from %s", async (_title, origin, host, options, expected) => {
  const socket = await upgrade(
    "/agents/test-agent/origins",
    origin === undefined ? {} : { Origin: origin },
    options,
    host,
  );
  expect(await outcome(socket)).toBe(expected);
});

test("an object that is no agent cannot widen the origins", async () => {
  const answer = await ask("/agents/plain-object/a", { method: "POST", headers: { Origin: "https://listed.example" } });
  expect(answer?.status).toBe(403);
});

test("a socket to nowhere is closed with 4404", async () => {
  expect(await outcome(await upgrade("/agents/no-such-agent/a"))).toBe(4404);
  expect(await outcome(await upgrade("/agents/__proto__/a"))).toBe(4404);
});

test.each<[string, string, AgentOptions, number]>([
  ["POST", "https://evil.example", {}, 403],
  ["DELETE", "https://evil.example", {}, 403],
  ["GET", "https://evil.example", {}, 200],
  ["POST", HOST, {}, 200],
  ["POST", "https://listed.example", {}, 200],
  ["POST", "https://front.example", { origins: ["https://front.example"] }, 200],
  ["POST", "https://evil.example", { cors: true }, 200],
  ["POST", "https://front.example", { cors: { "Access-Control-Allow-Origin": "https://front.example" } }, 200],
  ["POST", "https://evil.example", { cors: { "Access-Control-Allow-Origin": "https://front.example" } }, 403],
])("%s from %s with %j answers %d", async (method, origin, options, status) => {
  const answer = await ask("/agents/test-agent/csrf", { method, headers: { Origin: origin } }, options);
  expect(answer?.status).toBe(status);
});

test("cors: true opens answers to all, never with credentials", async () => {
  const answer = await ask("/agents/test-agent/cors", {}, { cors: true });
  expect(answer?.headers.get("Access-Control-Allow-Origin")).toBe("*");
  expect(answer?.headers.has("Access-Control-Allow-Credentials")).toBe(false);
  const preflight = await ask("/agents/test-agent/cors", { method: "OPTIONS" }, { cors: true });
  expect([preflight?.status, await preflight?.text()]).toEqual([200, ""]);
  expect(Object.fromEntries(preflight?.headers ?? [])).toMatchObject({
    "access-control-allow-methods": "GET, POST, HEAD, OPTIONS",
    "access-control-allow-headers": "*",
    "access-control-max-age": "86400",
  });
});

test("without cors an answer stays closed and OPTIONS reaches the agent", async () => {
  const answer = await ask("/agents/test-agent/cors", { method: "OPTIONS" });
  expect(await answer?.json()).toMatchObject({ method: "OPTIONS" });
  expect(answer?.headers.has("Access-Control-Allow-Origin")).toBe(false);
});

test("headers of one's own replace ours", async () => {
  const answer = await ask(
    "/agents/test-agent/cors",
    {},
    { cors: { "Access-Control-Allow-Origin": "https://front.example" } },
  );
  expect(answer?.headers.get("Access-Control-Allow-Origin")).toBe("https://front.example");
  expect(answer?.headers.has("Access-Control-Max-Age")).toBe(false);
});

test("a hook can answer, and its answer is readable under cors", async () => {
  const seen: unknown[] = [];
  const onBeforeRequest: AgentOptions["onBeforeRequest"] = (_request, route) => {
    seen.push(route);
    return new Response("stop", { status: 401 });
  };
  const answer = await ask("/agents/quiet-agent/a%20b", {}, { cors: true, onBeforeRequest });
  expect([answer?.status, answer?.headers.get("Access-Control-Allow-Origin")]).toEqual([401, "*"]);
  expect(seen).toEqual([{ className: "QUIET_AGENT", name: "a b" }]);
});

test("a hook can replace the request", async () => {
  const onBeforeRequest: AgentOptions["onBeforeRequest"] = (request) => {
    const next = new Request(request);
    next.headers.set("x-user", "ann");
    return next;
  };
  const answer = await ask("/agents/test-agent/hook", { headers: { "x-user": "mallory" } }, { onBeforeRequest });
  expect(await answer?.json()).toMatchObject({ headers: { "x-user": "ann" } });
});

test("an upgrade keeps being one without its inner headers", async () => {
  expect(await outcome(await upgrade("/agents/test-agent/headers", { "x-partykit-props": "e30=" }))).toBe("open");
});

test("a hook sees upgrades apart, and not those of foreign pages", async () => {
  const seen: string[] = [];
  const onBeforeConnect = (request: Request): void => void seen.push(request.headers.get("Origin") ?? "none");
  await upgrade("/agents/test-agent/hook", {}, { onBeforeConnect });
  await upgrade("/agents/test-agent/hook", { Origin: "https://evil.example" }, { onBeforeConnect });
  await ask("/agents/test-agent/hook", {}, { onBeforeConnect });
  expect(seen).toEqual(["none"]);
});

test("props of the router reach onStart", async () => {
  const answer = await ask("/agents/test-agent/router-props", {}, { props: { plan: "pro" } });
  expect(await answer?.json()).toMatchObject({ startedWith: { plan: "pro" } });
});
