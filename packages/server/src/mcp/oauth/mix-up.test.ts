// Answers of one server's provider that are passed off as another's, where no provider says who it is.
import { expect, test } from "vitest";
import { CALLBACK, createScene, UNAUTHORIZED } from "../../../test/node/oauth-scene.ts";
import type { OAuthOptions } from "../options.ts";

const SILENT = "authorization_response_iss_parameter_supported";

async function pending(oauth: OAuthOptions = {}, routesBelow = (url: string): boolean => url === CALLBACK) {
  const scene = createScene({ deps: { routesBelow } });
  delete scene.provider.metadata[SILENT];
  const target = { ...scene.target, options: oauth };
  const other = { ...target, serverId: "other", serverName: "other" };
  const honest = await scene.start(await scene.oauth.begin(target, UNAUTHORIZED), target);
  const evil = await scene.start(await scene.oauth.begin(other, UNAUTHORIZED), other);
  const uri = (location: string) => new URL(location).searchParams.get("redirect_uri");
  const state = (location: string) => new URL(location).searchParams.get("state") ?? "";
  const answer = (location: string) => {
    const url = new URL(scene.provider.consent(location));
    url.searchParams.delete("iss");
    return url;
  };
  return { scene, target, other, honest, evil, uri, state, answer };
}

test("each registration has a callback of its own, at which its answer is accepted and no other", async () => {
  const { scene, target, other, honest, evil, uri, state, answer } = await pending();
  expect([uri(honest.location), uri(evil.location)]).toEqual([`${CALLBACK}/srv`, `${CALLBACK}/other`]);

  const mixed = answer(honest.location);
  mixed.searchParams.set("state", state(evil.location));
  expect(scene.oauth.classify(new Request(mixed))).toEqual({ kind: "callback" });
  expect(await scene.oauth.acceptCallback(scene.back(mixed.href, evil.cookie))).toMatchObject({
    kind: "refused",
    code: "callback-invalid",
  });
  const shared = answer(evil.location);
  shared.pathname = new URL(CALLBACK).pathname;
  expect(await scene.oauth.acceptCallback(scene.back(shared.href, evil.cookie))).toMatchObject({
    code: "callback-invalid",
  });

  for (const [of, { location, cookie }] of [
    [target, honest],
    [other, evil],
  ] as const) {
    const own = answer(location);
    expect(scene.oauth.classify(new Request(own))).toEqual({ kind: "callback" });
    const verdict = await scene.oauth.acceptCallback(scene.back(own.href, cookie));
    expect(verdict).toMatchObject({ kind: "accepted" });
    if (verdict.kind === "accepted") (await scene.oauth.redeem(verdict.attemptId, of)).commit();
  }
});

test("a client registered by hand keeps the one callback it was registered with", async () => {
  const { honest, uri } = await pending({ client: { clientId: "ours" } });
  expect(uri(honest.location)).toBe(CALLBACK);
});

test("nothing below a callback is used that the app routes by itself", async () => {
  const { honest, uri } = await pending({}, () => false);
  expect(uri(honest.location)).toBe(CALLBACK);
});

test("a provider that names itself is sent back to the callback of all", async () => {
  const scene = createScene({ deps: { routesBelow: () => true } });
  const { location } = await scene.start(await scene.oauth.begin(scene.target, UNAUTHORIZED));
  expect(new URL(location).searchParams.get("redirect_uri")).toBe(CALLBACK);
});

test("a registration with the callback of all is made anew where a server's own is used", async () => {
  const before = createScene();
  delete before.provider.metadata[SILENT];
  const { id } = await before.oauth.begin(before.target, UNAUTHORIZED);
  before.oauth.dropFlow(id);
  const registrations = () => before.provider.count("/register");
  expect(registrations()).toBe(1);
  before.evict({ routesBelow: () => true });
  const { location } = await before.start(await before.oauth.begin(before.target, UNAUTHORIZED));
  expect(registrations()).toBe(2);
  expect(new URL(location).searchParams.get("redirect_uri")).toBe(`${CALLBACK}/srv`);
});
