import { describe, expect, test } from "vitest";
import { harmlessText, harmlessUrl } from "./harmless.ts";

describe("a text", () => {
  test.each([
    ["access_denied: alice@example.com is not assigned", "access_denied: … is not assigned"],
    ["Register https://app.example/agents/my-agent/alice/callback there", "Register https://app.example/… there"],
    ["see https://user:pass@as.example?token=abc", "see https://as.example/…"],
    ["token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc123 was refused", "token … was refused"],
    ["AADSTS9010010: The resource parameter", "AADSTS9010010: The resource parameter"],
    ["(invalid_grant)", "(invalid_grant)"],
    ["ends 2026-01-01T01:00:00.000Z, renewable", "ends 2026-01-01T01:00:00.000Z, renewable"],
    ["scopes: https://www.googleapis.com/auth/drive.readonly", "scopes: https://www.googleapis.com/…"],
  ])("keeps what helps and loses what must not be passed on: %s", (given, shown) => {
    expect(harmlessText(given)).toBe(shown);
  });

  test("is inert and short whatever a provider writes", () => {
    const shown = harmlessText(`<script>alert("1")</script>\u202E\n${"x ".repeat(5000)}`);
    expect(shown).not.toMatch(/[<>"\n\u202E]/);
    expect(shown.length).toBeLessThanOrEqual(200);
  });

  test("is read in no time, however it is made", () => {
    const started = performance.now();
    for (const part of ["a@", "https://", "a.", "%41", "a1"]) harmlessText(part.repeat(100_000));
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

test.each([
  ["https://mcp.example/mcp?key=abc#x", "https://mcp.example/mcp"],
  ["https://u:p@mcp.example/mcp", "https://mcp.example/mcp"],
  ["https://mcp.example/s/3f2a9c81b7de4f0a/mcp", "https://mcp.example/s/…/mcp"],
  [
    "https://mcp.example/.well-known/oauth-protected-resource/mcp",
    "https://mcp.example/.well-known/oauth-protected-resource/mcp",
  ],
  ["javascript:alert(1)", "javascript:…"],
  ["no url", "…"],
])("an address is shown without keys: %s", (given, shown) => {
  expect(harmlessUrl(given)).toBe(shown);
});
