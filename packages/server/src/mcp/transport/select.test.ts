import { expect, test } from "vitest";
import { McpError } from "../errors.ts";
import type { TransportKind } from "../session/session.ts";
import { firstStatusError } from "./classify.ts";
import { withTransport } from "./select.ts";

const refusing = (statuses: Readonly<Record<TransportKind, number>>) => (kind: TransportKind) =>
  Promise.reject(firstStatusError(statuses[kind]));
const outcome = (post: number, get: number) =>
  withTransport("auto", refusing({ "streamable-http": post, sse: get, rpc: 0 }), () => undefined).then(
    () => "connected",
    (error: unknown) => (error instanceof McpError ? error.code : String(error)),
  );

test.each([
  [404, 404, "not-an-mcp-server"],
  [405, 404, "not-an-mcp-server"],
  [400, 405, "not-an-mcp-server"],
  [405, 405, "transport-not-implemented"],
  [405, 500, "http-error"],
  [500, 405, "http-error"],
])("POST %i and GET %i: %s", async (post, get, code) => {
  expect(await outcome(post, get)).toBe(code);
});

test("SSE is tried where streamable HTTP is not known, and nowhere else", async () => {
  const tried: TransportKind[] = [];
  const connect = (kind: TransportKind) => {
    tried.push(kind);
    return kind === "sse" ? Promise.resolve("connected") : Promise.reject(firstStatusError(404));
  };
  expect(await withTransport("auto", connect, () => undefined)).toBe("connected");
  await expect(withTransport("streamable-http", connect, () => undefined)).rejects.toThrow(McpError);
  expect(tried).toEqual(["streamable-http", "sse", "streamable-http"]);
});
