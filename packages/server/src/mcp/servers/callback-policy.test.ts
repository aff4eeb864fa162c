import { describe, expect, test } from "vitest";
import { createFakePorts } from "../../../test/node/fake-ports.ts";
import type { ServerRequest } from "./add-server.ts";
import { admitCallback } from "./callback-policy.ts";

const { log } = createFakePorts();
const request = (callbackUrl: string | null, callbackGiven: boolean): ServerRequest => ({
  name: "mock",
  url: "https://mcp.example/mcp",
  callbackUrl,
  callbackGiven,
});

describe("with a list of callback hosts", () => {
  const policy = { hosts: ["app.example", "https://other.example", "localhost:8787"], verifiesUsers: false };

  test.each([
    "https://app.example/agents/a/b/callback",
    "https://other.example/callback",
    "http://localhost:8787/callback",
  ])("%s is admitted, named or derived", (url) => {
    expect(admitCallback(request(url, true), policy, log).callbackUrl).toBe(url);
    expect(admitCallback(request(url, false), policy, log).callbackUrl).toBe(url);
  });

  test.each([
    "https://evil.example/callback",
    "https://app.example.evil.example/callback",
    "https://app.example:8443/callback",
    "http://other.example/callback",
    "http://localhost/callback",
  ])("%s is left out when it was derived, and refused when it was named", (url) => {
    expect(admitCallback(request(url, false), policy, log).callbackUrl).toBeNull();
    expect(() => admitCallback(request(url, true), policy, log)).toThrow(
      expect.objectContaining({ code: "option-invalid" }),
    );
  });
});

test("without a list every host is admitted", () => {
  const policy = { hosts: undefined, verifiesUsers: false };
  expect(admitCallback(request("https://any.example/callback", false), policy, log).callbackUrl).not.toBeNull();
});

test("an address at the provider is handed out only where somebody looks at who comes back", () => {
  const asked = { ...request(null, false), oauth: { startUrl: "direct" as const } };
  expect(() => admitCallback(asked, { hosts: undefined, verifiesUsers: false }, log)).toThrow(
    expect.objectContaining({ code: "option-invalid" }),
  );
  expect(admitCallback(asked, { hosts: undefined, verifiesUsers: true }, log)).toBe(asked);
});
