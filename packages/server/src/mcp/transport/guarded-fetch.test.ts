// Redirects, sizes, times and refusals of the only way out.
import { expect, test } from "vitest";
import { rejection } from "../../../test/node/open-for-test.ts";
import { McpError } from "../errors.ts";
import type { FetchPurpose } from "../guarded-fetch.ts";
import { createGuardedFetch } from "./guarded-fetch.ts";

const A = "https://a.example/start";

/** A network that answers from a table of addresses. */
function network(answers: Readonly<Record<string, () => Response>>) {
  const asked: Request[] = [];
  const fetch = async (request: Request): Promise<Response> => {
    asked.push(request);
    const answer = answers[request.url];
    if (answer === undefined) throw new TypeError("no such host");
    return answer();
  };
  return { asked, fetch, guarded: createGuardedFetch({ fetch, allowOrigins: ["http://b.example"] }) };
}

const to =
  (location: string, status = 307) =>
  (): Response =>
    new Response(null, { status, headers: { location } });
const ok = (): Response => new Response("fine");

test("a redirect on one origin is followed with method and body", async () => {
  const { guarded, asked } = network({ [A]: to("/next"), "https://a.example/next": ok });
  const response = await guarded(A, { purpose: "mcp", method: "POST", body: "{}", headers: { "x-key": "1" } });
  expect(await response.text()).toBe("fine");
  expect(asked.map(({ method, redirect }) => [method, redirect])).toEqual([
    ["POST", "manual"],
    ["POST", "manual"],
  ]);
  expect(await asked[1]?.text()).toBe("{}");
  expect(asked[1]?.headers.get("x-key")).toBe("1");
});

test("http may become https on one host", async () => {
  const { guarded } = network({ "http://b.example/": to("https://b.example/x"), "https://b.example/x": ok });
  expect((await guarded("http://b.example/", { purpose: "mcp" })).status).toBe(200);
});

test.each([
  ["another host", "https://evil.example/"],
  ["another port", "https://a.example:444/"],
  ["https back to http", "http://a.example/"],
  ["an inside address", "http://169.254.169.254/"],
  ["a script", "javascript:alert(1)"],
  ["nonsense", "https://["],
])("a redirect to %s is refused and nothing is sent there", async (_name, location) => {
  const { guarded, asked } = network({ [A]: to(location) });
  expect((await rejection(guarded(A, { purpose: "mcp", method: "POST", body: "{}" }))).code).toBe("redirect-refused");
  expect(asked).toHaveLength(1);
});

test("a POST is not turned into a GET by 302", async () => {
  const { guarded, asked } = network({ [A]: to("/next", 302), "https://a.example/next": ok });
  expect((await rejection(guarded(A, { purpose: "mcp", method: "POST", body: "{}" }))).code).toBe("redirect-refused");
  expect(asked).toHaveLength(1);
  expect((await guarded(A, { purpose: "prm" })).status).toBe(200);
});

test.each<FetchPurpose>(["registration", "token", "revocation"])(
  "a %s request follows no redirect at all",
  async (purpose) => {
    const { guarded, asked } = network({ [A]: to("/next"), "https://a.example/next": ok });
    expect((await rejection(guarded(A, { purpose, method: "POST", body: "code=1" }))).code).toBe("redirect-refused");
    expect(asked).toHaveLength(1);
  },
);

test("three redirects are followed, a fourth is not", async () => {
  const hops = {
    [A]: to("/1"),
    "https://a.example/1": to("/2"),
    "https://a.example/2": to("/3"),
    "https://a.example/3": ok,
  };
  expect((await network(hops).guarded(A, { purpose: "prm" })).status).toBe(200);
  const more = { ...hops, "https://a.example/3": to("/4"), "https://a.example/4": ok };
  expect((await rejection(network(more).guarded(A, { purpose: "prm" }))).code).toBe("redirect-refused");
});

test("a redirect without a Location is an ordinary answer", async () => {
  const { guarded } = network({ [A]: () => new Response("x", { status: 302 }) });
  expect((await guarded(A, { purpose: "mcp" })).status).toBe(302);
});

test("an address that is not allowed is never asked", async () => {
  const { guarded, asked } = network({});
  expect((await rejection(guarded("https://127.0.0.1/", { purpose: "prm" }))).code).toBe("url-blocked");
  expect((await rejection(guarded("nonsense", { purpose: "prm" }))).code).toBe("url-invalid");
  expect(asked).toEqual([]);
});

test("a network failure names the host", async () => {
  const error = await rejection(network({}).guarded(A, { purpose: "prm" }));
  expect(error).toMatchObject({ code: "host-unreachable", detail: "(a.example)" });
});

test("a document larger than the limit is cut while it arrives", async () => {
  let produced = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      produced += 1;
      if (produced > 100) controller.close();
      else controller.enqueue(new Uint8Array(1024));
    },
  });
  const guarded = createGuardedFetch({
    fetch: async () => new Response(body),
    allowOrigins: [],
    limits: { documentBytes: 8 * 1024 },
  });
  expect((await rejection(guarded(A, { purpose: "as-metadata" }))).code).toBe("response-too-large");
  expect(produced).toBeLessThan(20);
});

test("a document that never ends runs into the time limit", async () => {
  const endless = (request: Request): Promise<Response> =>
    Promise.resolve(
      new Response(
        new ReadableStream({
          start: (controller) => request.signal.addEventListener("abort", () => controller.error(new Error("gone"))),
        }),
      ),
    );
  const guarded = createGuardedFetch({ fetch: endless, allowOrigins: [], limits: { documentMs: 10 } });
  expect((await rejection(guarded(A, { purpose: "token", method: "POST", body: "x" }))).code).toBe("timeout");
});

test("a document that never ends runs into the time limit although the network does not hear of it", async () => {
  const deaf = (): Promise<Response> => Promise.resolve(new Response(new ReadableStream({})));
  const guarded = createGuardedFetch({ fetch: deaf, allowOrigins: [], limits: { documentMs: 10 } });
  expect((await rejection(guarded(A, { purpose: "prm" }))).code).toBe("timeout");
});

test("the head of an MCP answer has a time limit, unless the caller keeps the time", async () => {
  const silent = (request: Request): Promise<Response> =>
    new Promise((_resolve, reject) => request.signal.addEventListener("abort", () => reject(request.signal.reason)));
  const guarded = createGuardedFetch({ fetch: silent, allowOrigins: [], limits: { headMs: 10 } });
  expect((await rejection(guarded(A, { purpose: "mcp" }))).code).toBe("timeout");
  const caller = new AbortController();
  const waiting = rejection(guarded(A, { purpose: "mcp", headMs: null, signal: caller.signal }));
  caller.abort(new McpError("removed"));
  expect((await waiting).code).toBe("removed");
});

test("a caller that gave up gets aborted", async () => {
  const caller = new AbortController();
  caller.abort();
  const guarded = createGuardedFetch({ fetch: (request) => fetch(request), allowOrigins: [] });
  expect((await rejection(guarded(A, { purpose: "mcp", signal: caller.signal }))).code).toBe("aborted");
});
