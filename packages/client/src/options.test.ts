import { afterEach, expect, test, vi } from "vitest";
import { agentFetch, toPartyAddress } from "./index.ts";

afterEach(() => vi.unstubAllGlobals());

const page = (href: string) => vi.stubGlobal("location", new URL(href));

test.each([
  ["example.com", "wss"],
  ["192.168.1.7:8787", "ws"],
  ["10.attacker.example", "wss"],
  ["172.32.0.1", "wss"],
  ["172.16.0.1", "ws"],
  ["localhost:8787", "ws"],
  ["localhost", "ws"],
  ["[::1]:8787", "ws"],
  ["http://example.com/", "ws"],
  ["https://example.com", "wss"],
  ["wss://localhost:8787", "wss"],
])("the host %s means %s", (host, protocol) => {
  const address = toPartyAddress({ agent: "MyAgent", host });
  expect(address.protocol).toBe(protocol);
  expect(address.host).not.toMatch(/\/$|:\/\//);
});

test("without a host the page's own is taken, with its scheme", () => {
  page("http://devbox.lan:5173/app");
  expect(toPartyAddress({ agent: "MyAgent" })).toMatchObject({ host: "devbox.lan:5173", protocol: "ws" });
  page("https://app.example/");
  expect(toPartyAddress({ agent: "MyAgent" })).toMatchObject({ host: "app.example", protocol: "wss" });
});

test("a closed client needs no host yet", () => {
  expect(toPartyAddress({ agent: "MyAgent", startClosed: true }).host).toBe("");
});

test.each([{ agent: "" }, { agent: "MyAgent", name: "" }])("%j is no address", (options) => {
  expect(() => toPartyAddress({ host: "example.com", ...options })).toThrowError(
    expect.objectContaining({ code: "option-invalid" }),
  );
});

test("agentFetch asks the same address over HTTP", async () => {
  const fetched = vi.fn(async (_url: string | URL | Request, _init?: RequestInit) => new Response("hello"));
  const response = await agentFetch(
    {
      agent: "MyAgent",
      name: "a b",
      host: "localhost:8787",
      path: "/status",
      query: async () => ({ token: "t" }),
      fetch: fetched,
    },
    { method: "POST" },
  );
  expect(await response.text()).toBe("hello");
  const [url, init] = fetched.mock.calls[0] ?? [];
  expect(String(url)).toBe("http://localhost:8787/agents/my-agent/a%20b/status?token=t");
  expect(init).toEqual({ method: "POST" });
});

test("agentFetch without a host outside a browser rejects", () => {
  expect(() => agentFetch({ agent: "MyAgent" })).toThrowError(expect.objectContaining({ code: "option-invalid" }));
});
