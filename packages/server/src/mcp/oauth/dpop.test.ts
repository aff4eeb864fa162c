import { expect, test } from "vitest";
import { checkJwt, sha256, thumbprintOf } from "../../../test/node/jwt-check.ts";
import { ISSUER, json, MCP_URL } from "../../../test/node/fake-provider.ts";
import { createScene, type Scene, UNAUTHORIZED } from "../../../test/node/oauth-scene.ts";

const TOKEN = `${ISSUER}/token`;
const HOUR = 3_600_000;

function createBoundScene(): Scene {
  const scene = createScene({ oauth: { dpop: true } });
  scene.provider.tokenExtras["token_type"] = "DPoP";
  return scene;
}

const proofsTo = (scene: Scene, url: string) =>
  scene.provider.seen.filter((request) => request.url === url).map(({ headers }) => headers.get("dpop") ?? "");
const keyOf = (proof: string) => thumbprintOf(checkJwt(proof).header["jwk"]);

test("a code and each refresh are sent with a proof of the same key, across a wake", async () => {
  const scene = createBoundScene();
  await scene.signIn();
  scene.evict();
  scene.ports.advance(HOUR);
  await scene.oauth.tokens(scene.target).current();
  const proofs = proofsTo(scene, TOKEN);
  expect(proofs).toHaveLength(2);
  expect(new Set(proofs.map(keyOf)).size).toBe(1);
  const [first, second] = proofs.map((proof) => checkJwt(proof));
  expect(first?.header).toEqual({
    typ: "dpop+jwt",
    alg: "ES256",
    jwk: expect.objectContaining({ kty: "EC" }) as unknown,
  });
  expect(Object.keys(first?.header["jwk"] as object).sort()).toEqual(["crv", "kty", "x", "y"]);
  expect(second?.payload).toEqual({
    jti: expect.any(String) as unknown,
    htm: "POST",
    htu: TOKEN,
    iat: scene.ports.clock.now() / 1000,
  });
  expect(first?.payload["jti"]).not.toBe(second?.payload["jti"]);
});

test("a request to the MCP server proves the token, without query and fragment", async () => {
  const scene = createBoundScene();
  await scene.signIn();
  const { proof } = scene.oauth.tokens(scene.target);
  const text = await proof?.prove("the-token", { method: "GET", url: `${MCP_URL}?key=1#part` });
  expect(checkJwt(text ?? "").payload).toMatchObject({ htm: "GET", htu: MCP_URL, ath: sha256("the-token") });
  expect(keyOf(text ?? "")).toBe(keyOf(proofsTo(scene, TOKEN)[0] ?? ""));
});

test("a nonce of the provider is used from its request on, and never shown to the MCP server", async () => {
  const scene = createBoundScene();
  scene.provider.overrides.set(TOKEN, () => {
    scene.provider.overrides.delete(TOKEN);
    return new Response(`{"error":"use_dpop_nonce"}`, { status: 400, headers: { "dpop-nonce": "n-1" } });
  });
  await scene.signIn();
  expect(proofsTo(scene, TOKEN).map((proof) => checkJwt(proof).payload["nonce"])).toEqual([undefined, "n-1"]);
  const { proof } = scene.oauth.tokens(scene.target);
  const nonceFor = async (url: string) =>
    checkJwt((await proof?.prove("t", { method: "POST", url })) ?? "").payload["nonce"];
  expect(await nonceFor(MCP_URL)).toBeUndefined();
  expect(await proof?.heard(MCP_URL, new Response(null, { headers: { "dpop-nonce": "rs" } }))).toBe(true);
  expect(await proof?.heard(MCP_URL, new Response(null, { headers: { "dpop-nonce": "not a nonce" } }))).toBe(false);
  expect([await nonceFor(MCP_URL), await nonceFor(TOKEN)]).toEqual(["rs", "n-1"]);
});

test("a provider that asks for a nonce for ever is asked twice", async () => {
  const scene = createBoundScene();
  let count = 0;
  scene.provider.overrides.set(TOKEN, () => {
    count += 1;
    return new Response(`{"error":"use_dpop_nonce"}`, { status: 400, headers: { "dpop-nonce": `n-${count}` } });
  });
  await expect(scene.signIn()).rejects.toMatchObject({ code: "token-refused", detail: "(use_dpop_nonce)" });
  expect(count).toBe(2);
});

test("a Bearer answer to a code is refused; to a refresh it takes nothing away while the token lives", async () => {
  const refused = createScene({ oauth: { dpop: true } });
  await expect(refused.signIn()).rejects.toMatchObject({ code: "dpop-unsupported" });
  expect(await refused.oauth.tokens(refused.target).current()).toBeNull();

  const scene = createBoundScene();
  await scene.signIn();
  const first = await scene.oauth.tokens(scene.target).current();
  scene.provider.tokenExtras["token_type"] = "Bearer";
  scene.ports.advance(HOUR - 1000);
  expect(await scene.oauth.tokens(scene.target).current()).toBe(first);
  scene.ports.advance(1000);
  // The provider has spent the refresh token on an answer that could not be used.
  expect(await scene.oauth.tokens(scene.target).current()).toBeNull();
  expect(scene.ports.lines.join()).not.toContain("CANARY");
});

test("a provider that lists other algorithms is refused before anybody signs in or registers", async () => {
  const scene = createBoundScene();
  scene.provider.metadata["dpop_signing_alg_values_supported"] = ["RS256"];
  await expect(scene.oauth.begin(scene.target, UNAUTHORIZED)).rejects.toMatchObject({ code: "dpop-unsupported" });
  expect(scene.provider.count("/register")).toBe(0);
  scene.provider.metadata["dpop_signing_alg_values_supported"] = ["RS256", "ES256"];
  await expect(scene.oauth.begin(scene.target, UNAUTHORIZED)).resolves.toMatchObject({ reason: "sign-in" });
});

test("a sign-in that was not bound is not used once proofs are asked for", async () => {
  const scene = createScene();
  await scene.signIn();
  const bound = { ...scene.target, options: { dpop: true } };
  expect(await scene.oauth.tokens(bound).current()).toBeNull();
  expect(scene.provider.seen.filter(({ form }) => form.get("grant_type") === "refresh_token")).toEqual([]);
  await expect(scene.oauth.begin(bound, UNAUTHORIZED)).resolves.toMatchObject({ reason: "revoked" });
});

test("signing out deletes the key, and the next sign-in makes another", async () => {
  const scene = createBoundScene();
  await scene.signIn();
  await scene.oauth.signOut(scene.target);
  expect(scene.ports.sql.all("SELECT kind FROM agents_mcp_vault_secrets WHERE kind <> 'client'")).toEqual([]);
  await scene.signIn();
  expect(new Set(proofsTo(scene, TOKEN).map(keyOf)).size).toBe(2);
});

test("an unbound refresh is sent without a proof", async () => {
  const scene = createScene();
  await scene.signIn();
  scene.provider.overrides.set(TOKEN, () => json({ access_token: "a" }));
  scene.ports.advance(HOUR);
  await scene.oauth.tokens(scene.target).current();
  expect(scene.provider.seen.some(({ headers }) => headers.has("dpop"))).toBe(false);
});
