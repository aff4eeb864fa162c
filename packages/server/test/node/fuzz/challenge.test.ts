import { expect, test } from "vitest";
import { parseChallenges, readChallenge } from "../../../src/mcp/oauth/challenge.ts";
import { FUZZ_TIMEOUT, holds, textOf } from "./fuzz.ts";

const headers = textOf(
  "Bearer ",
  "DPoP ",
  "Basic abc=",
  "Negotiate",
  'resource_metadata="https://mcp.example/.well-known/x"',
  "scope=",
  '"read write"',
  'error="insufficient_scope"',
  '\\"',
  '"',
  ", ",
  ",",
  "=",
  " ",
  "\t",
);

test("no challenge header crashes the reader or makes it say more than stands there", { timeout: FUZZ_TIMEOUT }, () =>
  holds(headers, (header) => {
    for (const { scheme, params } of parseChallenges(header)) {
      expect(header.toLowerCase()).toContain(scheme);
      for (const name of params.keys()) expect(header.toLowerCase()).toContain(name);
    }
    const { scopes, resourceMetadata } = readChallenge(header);
    for (const scope of scopes ?? []) expect(scope).toMatch(/^[\x21-\x7E]+$/);
    expect((resourceMetadata ?? "").length).toBeLessThanOrEqual(header.length);
  }),
);
