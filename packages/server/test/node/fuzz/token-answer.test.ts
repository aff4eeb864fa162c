import fc from "fast-check";
import { expect, test } from "vitest";
import { readTokenAnswer } from "../../../src/mcp/oauth/token-response.ts";
import { anyJson, expectCoded, FUZZ_TIMEOUT, holds, objectWith, textOf } from "./fuzz.ts";

const words = textOf("abc", "Bearer", "dpop", "invalid_grant", "slow_down", "\r\n", "é", " ");
const numbers = fc.oneof(fc.integer(), fc.double(), fc.constantFrom("3600", "1e9", "soon", "-1"));
const bodies = fc.oneof(
  objectWith({
    access_token: words,
    refresh_token: words,
    token_type: fc.constantFrom("Bearer", "bearer", "DPoP", "mac", ""),
    expires_in: numbers,
    scope: words,
    error: words,
    issued_token_type: words,
  }).map((body) => JSON.stringify(body)),
  anyJson.map((body) => JSON.stringify(body)),
  textOf("access_token=", "abc", "&", "token_type=bearer", "expires_in=", "<html>", "{", "}", "%", "="),
);
const answers = fc.record({
  body: bodies,
  status: fc.constantFrom(200, 201, 400, 401, 403, 404, 429, 500, 503),
  type: fc.constantFrom("application/json", "application/x-www-form-urlencoded", "text/html", ""),
  kind: fc.constantFrom("bearer", "dpop", "assertion"),
});

test("no token answer is taken for a grant without a token that fits one header line", { timeout: FUZZ_TIMEOUT }, () =>
  holds(answers, async ({ body, status, type, kind }) => {
    try {
      const headers: Record<string, string> = type === "" ? {} : { "content-type": type };
      const answer = await readTokenAnswer(new Response(body, { status, headers }), kind);
      if (answer.kind === "refused") return;
      expect([200, 201]).toContain(status);
      const { accessToken, refreshToken, expiresIn } = answer.tokens;
      expect(accessToken).toMatch(/^[\x21-\x7E]+$/);
      if (refreshToken !== null) expect(refreshToken).toMatch(/^[\x21-\x7E]+$/);
      if (expiresIn !== null) expect(expiresIn).toBeGreaterThan(0);
    } catch (thrown) {
      expectCoded(thrown);
    }
  }),
);
