import { expect, test } from "vitest";
import { json } from "../../../test/node/fake-provider.ts";
import { readTokenAnswer } from "./token-response.ts";

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const good = { access_token: "a", token_type: "Bearer" };
const plain = { accessToken: "a", refreshToken: null, expiresIn: null, scopes: null };

test.each([
  ["plain", json(good), plain],
  ["status 201", json(good, 201), plain],
  ["a type in capitals", json({ ...good, token_type: "BEARER" }), plain],
  ["no type", json({ access_token: "a" }), plain],
  [
    "null fields",
    json({
      ...good,
      token_type: null,
      refresh_token: null,
      scope: null,
      expires_in: null,
      id_token: null,
      error: null,
    }),
    plain,
  ],
  ["seconds as text", json({ ...good, expires_in: "3600" }), { ...plain, expiresIn: 3600 }],
  ["no life at all", json({ ...good, expires_in: 0 }), plain],
  ["a life that is no number", json({ ...good, expires_in: "soon" }), plain],
  ["a nested user", json({ ...good, authed_user: { id: "u" }, id_token: "not.a.jwt" }), plain],
  [
    "a form",
    new Response("access_token=a&token_type=bearer&scope=x+y&expires_in=60", { headers: FORM }),
    { ...plain, expiresIn: 60, scopes: ["x", "y"] },
  ],
  [
    "a form that says it is text",
    new Response("access_token=a&refresh_token=r&scope="),
    { ...plain, refreshToken: "r" },
  ],
])("deployed servers are understood: %s", async (_name, response, tokens) => {
  expect(await readTokenAnswer(response)).toEqual({ kind: "granted", tokens });
});

test.each([
  ["mac", { ...good, token_type: "mac" }],
  ["DPoP", { ...good, token_type: "DPoP" }],
  ["a type that is no text", { ...good, token_type: 1 }],
  ["no token", { token_type: "Bearer" }],
  ["an empty token", { ...good, access_token: "" }],
  ["a token that ends the header", { ...good, access_token: "a\r\nX: y" }],
  ["a token that is no text", { ...good, access_token: { a: 1 } }],
  ["a list", [good]],
])("nothing is stored of an answer that cannot be used: %s", async (_name, body) => {
  await expect(readTokenAnswer(json(body))).rejects.toMatchObject({ code: "token-response-invalid" });
});

test("a page with status 200 cannot be used", async () => {
  await expect(readTokenAnswer(new Response("<!doctype html><p class=x>"))).rejects.toMatchObject({
    code: "token-response-invalid",
  });
});

test.each([
  [
    "an error",
    json({ error: "invalid_grant", error_description: "CANARY" }, 400),
    { kind: "refused", error: "invalid_grant", status: 400 },
  ],
  [
    "an error with 200",
    json({ error: "bad_verification_code" }),
    { kind: "refused", error: "bad_verification_code", status: 200 },
  ],
  [
    "an error in a form",
    new Response("error=invalid_grant&x=1", { headers: FORM }),
    { kind: "refused", error: "invalid_grant", status: 200 },
  ],
  ["an error that is no code", json({ error: "<script>CANARY" }, 400), { kind: "refused", error: null, status: 400 }],
  ["a firewall", new Response("<html>CANARY", { status: 403 }), { kind: "refused", error: null, status: 403 }],
])("a no is a no, and only its code is kept: %s", async (_name, response, answer) => {
  expect(await readTokenAnswer(response)).toEqual(answer);
});

test.each([json({ error: "temporarily_unavailable" }, 400), json({}, 429), new Response("CANARY", { status: 502 })])(
  "trouble may pass",
  async (response) => {
    const error: unknown = await readTokenAnswer(response).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "http-error", retryable: true });
    expect(String(error)).not.toContain("CANARY");
  },
);
