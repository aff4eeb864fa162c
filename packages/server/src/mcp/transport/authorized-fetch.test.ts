// Which credentials are sent, and what a refusal leads to.
import { expect, test } from "vitest";
import { rejection } from "../../../test/node/open-for-test.ts";
import type { HttpChallenge } from "../errors.ts";
import type { GuardedFetch } from "../guarded-fetch.ts";
import { NO_TOKENS, type TokenSource } from "../token-source.ts";
import { type AuthorizedFetch, createAuthorizedFetch } from "./authorized-fetch.ts";

const answer = (status: number, challenge?: string): Response =>
  new Response("x", { status, headers: challenge === undefined ? {} : { "www-authenticate": challenge } });

function server(
  answers: readonly Response[],
  tokens: TokenSource,
  headers: readonly (readonly [string, string])[] = [],
) {
  const sent: (string | null)[] = [];
  const fetch: GuardedFetch = async (_url, request) => {
    sent.push(new Headers(request.headers).get("authorization"));
    return answers[sent.length - 1] ?? answer(500);
  };
  return { sent, fetch: createAuthorizedFetch({ fetch, tokens, headers }) };
}
const ask = (fetch: AuthorizedFetch): Promise<Response> =>
  fetch({ url: "https://a.example/", method: "POST", headers: {}, body: "{}", signal: new AbortController().signal });

function renewing(
  ...next: readonly (string | null)[]
): TokenSource & { readonly refusals: (readonly [string | null, HttpChallenge])[] } {
  const refusals: (readonly [string | null, HttpChallenge])[] = [];
  return {
    refusals,
    current: async () => "old",
    afterRefusal: async (refused, challenge) => {
      refusals.push([refused, challenge]);
      return next[refusals.length - 1] ?? null;
    },
  };
}

test("a refused token is renewed once and the same request sent again", async () => {
  const tokens = renewing("new");
  const { fetch, sent } = server([answer(401, "Bearer x"), answer(200)], tokens);
  expect((await ask(fetch)).status).toBe(200);
  expect(sent).toEqual(["Bearer old", "Bearer new"]);
  expect(tokens.refusals).toEqual([["old", { status: 401, header: "Bearer x" }]]);
});

test("a second refusal asks for a person, with the newest challenge", async () => {
  const tokens = renewing("new", "never");
  const { fetch, sent } = server([answer(401, "Bearer a"), answer(401, "Bearer b")], tokens);
  expect(await rejection(ask(fetch))).toMatchObject({
    code: "authorization-required",
    status: 401,
    challenge: { status: 401, header: "Bearer b" },
  });
  expect(sent).toHaveLength(2);
});

test("without a token to try a 401 asks for a person at once", async () => {
  const { fetch, sent } = server([answer(401)], NO_TOKENS);
  expect(await rejection(ask(fetch))).toMatchObject({
    code: "authorization-required",
    challenge: { status: 401, header: null },
  });
  expect(sent).toEqual([null]);
});

test.each([
  ['Bearer error="insufficient_scope", scope="a b"', "insufficient-scope"],
  ["Bearer realm=x, error=insufficient_scope", "insufficient-scope"],
  ['Bearer realm="error=\\"insufficient_scope\\""', "forbidden"],
  ['Bearer error_description="error=insufficient_scope"', "forbidden"],
  ['Bearer error="invalid_token"', "forbidden"],
  [undefined, "forbidden"],
])("403 with %s is %s", async (challenge, code) => {
  const { fetch } = server([answer(403, challenge)], NO_TOKENS);
  expect(await rejection(ask(fetch))).toMatchObject({
    code,
    status: 403,
    challenge: { status: 403, header: challenge ?? null },
  });
});

test("a developer's own Authorization is sent alone, and no sign-in is offered when it is refused", async () => {
  const tokens = renewing("new");
  const { fetch, sent } = server([answer(401)], tokens, [["authorization", "Bearer mine"]]);
  expect(await rejection(ask(fetch))).toMatchObject({ code: "token-rejected", status: 401 });
  expect(sent).toEqual(["Bearer mine"]);
  expect(tokens.refusals).toEqual([]);
});

test("a bound token is sent with a proof each time, and once more with the nonce that is asked for", async () => {
  const proofs: string[] = [];
  const heard: (string | null)[] = [];
  const tokens: TokenSource = {
    ...renewing(),
    proof: {
      prove: async (token, { method, url }) => {
        proofs.push(`${token} ${method} ${url} ${heard.findLast(Boolean) ?? ""}`);
        return `proof-${proofs.length}`;
      },
      heard: async (_url, response) => heard.push(response.headers.get("dpop-nonce")) > 0 && heard.at(-1) !== null,
    },
  };
  const nonce = () =>
    new Response(null, {
      status: 401,
      headers: { "www-authenticate": `Bearer error="invalid_token", DPoP error="use_dpop_nonce"`, "dpop-nonce": "n" },
    });
  const { fetch, sent } = server([nonce(), answer(200)], tokens);
  expect((await ask(fetch)).status).toBe(200);
  expect(sent).toEqual(["DPoP old", "DPoP old"]);
  expect(proofs).toEqual(["old POST https://a.example/ ", "old POST https://a.example/ n"]);

  const endless = server([nonce(), nonce(), nonce(), nonce()], tokens);
  expect(await rejection(ask(endless.fetch))).toMatchObject({ code: "authorization-required" });
  expect(endless.sent).toHaveLength(2);
});
