// A server that takes requests and never answers them.
import { afterEach, expect, test, vi } from "vitest";
import { failure, MCP_URL, openServer } from "./mcp-scenes.ts";

afterEach(() => void vi.useRealTimers());

test("a server that never answers ends in a timeout, which is tried again by itself", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const { host } = openServer({ faults: ["hang"] });
  const adding = failure(host.add("mock", MCP_URL, { retry: { maxAttempts: 2 } }));
  await vi.waitFor(() => expect(host.network.requests).toHaveLength(1));
  await vi.advanceTimersByTimeAsync(40_000);
  await vi.waitFor(() => expect(host.ports.due.size).toBe(1));
  expect(host.server().state).toBe("connecting");
  host.ports.advance(60_000);
  const ringing = host.ring();
  await vi.advanceTimersByTimeAsync(40_000);
  await ringing;
  expect(await adding).toMatchObject({ code: "timeout" });
  expect(host.server()).toMatchObject({ state: "failed", error_code: "timeout" });
});
