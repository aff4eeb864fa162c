import { expect, test } from "vitest";
import { McpError } from "../errors.ts";
import { nextRetryAt } from "./retry-policy.ts";

const unreachable = new McpError("host-unreachable");

test("a server that cannot be reached is tried three times in all", () => {
  expect(nextRetryAt(unreachable, 1, {}, 1000, 0)).toBe(1125);
  expect(nextRetryAt(unreachable, 2, {}, 1000, 0)).toBe(1250);
  expect(nextRetryAt(unreachable, 3, {}, 1000, 0)).toBeNull();
});

test("waits grow, spread, and stay below their ceiling", () => {
  const options = { maxAttempts: 20, baseDelayMs: 100, maxDelayMs: 1000 };
  expect(nextRetryAt(unreachable, 1, options, 0, 0.5)).toBe(75);
  expect(nextRetryAt(unreachable, 10, options, 0, 0.999)).toBe(1000);
});

test("what a server decided is not asked again", () => {
  for (const code of [
    "forbidden",
    "url-blocked",
    "not-an-mcp-server",
    "client-id-required",
    "token-rejected",
  ] as const) {
    expect(nextRetryAt(new McpError(code), 1, {}, 0, 0)).toBeNull();
  }
  expect(nextRetryAt(new McpError("http-error", { status: 404 }), 1, {}, 0, 0)).toBeNull();
});

test("an overloaded or broken server is tried again", () => {
  expect(nextRetryAt(new McpError("http-error", { status: 503 }), 1, {}, 0, 0)).not.toBeNull();
  expect(nextRetryAt(new McpError("http-error", { status: 429 }), 1, {}, 0, 0)).not.toBeNull();
});
