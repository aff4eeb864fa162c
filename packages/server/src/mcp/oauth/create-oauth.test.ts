// The whole sign-in, with everything in memory lost between any two steps.
import { expect, test } from "vitest";
import { ISSUER } from "../../../test/node/fake-provider.ts";
import { CALLBACK, createScene, UNAUTHORIZED } from "../../../test/node/oauth-scene.ts";

test("a person signs in, and the token is there", async () => {
  const scene = createScene();
  await scene.signIn();
  expect(await scene.oauth.tokens(scene.target).current()).toMatch(/^CANARY-access-/);
  expect(scene.oauth.openFlow(scene.target)).toBeNull();
});

test("everything in memory may be lost between any two steps", async () => {
  const scene = createScene();
  const flow = await scene.oauth.begin(scene.target, UNAUTHORIZED);
  scene.evict();
  expect(scene.oauth.openFlow(scene.target)).toEqual(flow);
  const { location, cookie } = await scene.start(flow);
  scene.evict();
  const request = scene.back(scene.provider.consent(location), cookie);
  expect(scene.oauth.classify(request)).toEqual({ kind: "callback" });
  const verdict = await scene.oauth.acceptCallback(request);
  expect(verdict).toMatchObject({ kind: "accepted", serverId: "srv", flowId: flow.id });
  scene.evict();
  const { stage, attemptId } = scene.oauth.exchangeStage(flow.id);
  expect(stage).toBe("accepted");
  (await scene.oauth.redeem(attemptId ?? "", scene.target)).commit();
  scene.evict();
  expect(await scene.oauth.tokens(scene.target).current()).toMatch(/^CANARY-access-/);
});

test("an isolate that dies between sending the code and storing the tokens never sends it again", async () => {
  const scene = createScene();
  const flow = await scene.oauth.begin(scene.target, UNAUTHORIZED);
  const { location, cookie } = await scene.start(flow);
  const verdict = await scene.oauth.acceptCallback(scene.back(scene.provider.consent(location), cookie));
  const attemptId = verdict.kind === "accepted" ? verdict.attemptId : "";
  await scene.oauth.redeem(attemptId, scene.target);
  scene.evict();
  expect(scene.oauth.exchangeStage(flow.id)).toEqual({ stage: "sent", attemptId });
  await expect(scene.oauth.redeem(attemptId, scene.target)).rejects.toMatchObject({ code: "token-refused" });
  expect(scene.provider.count("/token")).toBe(1);
});

test("two redemptions of one attempt send one code", async () => {
  const scene = createScene();
  const flow = await scene.oauth.begin(scene.target, UNAUTHORIZED);
  const { location, cookie } = await scene.start(flow);
  const verdict = await scene.oauth.acceptCallback(scene.back(scene.provider.consent(location), cookie));
  const attemptId = verdict.kind === "accepted" ? verdict.attemptId : "";
  const results = await Promise.allSettled([
    scene.oauth.redeem(attemptId, scene.target),
    scene.oauth.redeem(attemptId, scene.target),
  ]);
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(scene.provider.count("/token")).toBe(1);
});

test("resource goes into the authorization, the token and the refresh request, byte for byte as published", async () => {
  const scene = createScene({ serverUrl: "https://mcp.example" });
  scene.provider.resourceMetadata["resource"] = "https://mcp.example";
  const document = scene.provider.resourceMetadata;
  scene.provider.overrides.set("https://mcp.example/.well-known/oauth-protected-resource", () =>
    Response.json(document),
  );
  const flow = await scene.oauth.begin(scene.target, UNAUTHORIZED);
  const { location, cookie } = await scene.start(flow);
  expect(new URL(location).searchParams.getAll("resource")).toEqual(["https://mcp.example"]);
  const verdict = await scene.oauth.acceptCallback(scene.back(scene.provider.consent(location), cookie));
  (await scene.oauth.redeem(verdict.kind === "accepted" ? verdict.attemptId : "", scene.target)).commit();
  const token = await scene.oauth.tokens(scene.target).current();
  await scene.oauth.tokens(scene.target).afterRefusal(token, UNAUTHORIZED);
  const sent = scene.provider.seen
    .filter(({ purpose }) => purpose === "token")
    .map(({ form }) => form.getAll("resource"));
  expect(sent).toEqual([["https://mcp.example"], ["https://mcp.example"]]);
});

test("a second begin for the same server returns the open flow, also when both run at once", async () => {
  const scene = createScene();
  const [first, second] = await Promise.all([
    scene.oauth.begin(scene.target, UNAUTHORIZED),
    scene.oauth.begin(scene.target, UNAUTHORIZED),
  ]);
  expect(second).toEqual(first);
  expect(scene.provider.count("/register")).toBe(1);
});

test("a failed begin leaves nothing behind that keeps the next one from succeeding", async () => {
  const scene = createScene();
  scene.provider.overrides.set(`${ISSUER}/register`, () => new Response("busy", { status: 503 }));
  await expect(scene.oauth.begin(scene.target, UNAUTHORIZED)).rejects.toMatchObject({ code: "http-error" });
  expect(scene.oauth.openFlow(scene.target)).toBeNull();
  scene.provider.overrides.clear();
  await expect(scene.oauth.begin(scene.target, UNAUTHORIZED)).resolves.toMatchObject({
    reason: "sign-in",
    authHost: "as.example",
  });
});

test("a flow ends after an hour, but not before its newest attempt", async () => {
  const scene = createScene();
  const flow = await scene.oauth.begin(scene.target, UNAUTHORIZED);
  scene.ports.advance(55 * 60_000);
  const { location, cookie } = await scene.start(flow);
  expect(scene.oauth.openFlow(scene.target)?.expiresAt).toBe(flow.expiresAt + 5 * 60_000);
  scene.ports.advance(9 * 60_000);
  expect(await scene.oauth.acceptCallback(scene.back(scene.provider.consent(location), cookie))).toMatchObject({
    kind: "accepted",
  });
});

test("without a callback address nobody can sign in", async () => {
  const scene = createScene({ callbackUrl: null });
  await expect(scene.oauth.begin(scene.target, UNAUTHORIZED)).rejects.toMatchObject({ code: "callback-host-required" });
  expect(scene.provider.seen).toEqual([]);
});

test("only the callback's own address is answered", async () => {
  const scene = createScene();
  const flow = await scene.oauth.begin(scene.target, UNAUTHORIZED);
  const kind = (url: string) => scene.oauth.classify(new Request(url)).kind;
  expect(kind(flow.startUrl)).toBe("start");
  expect(kind(`${CALLBACK}?state=x`)).toBe("callback");
  expect(kind(CALLBACK)).toBe("none");
  expect(kind(`${CALLBACK}/?state=x`)).toBe("none");
  expect(kind(`${CALLBACK.replace("https", "http")}?state=x`)).toBe("none");
  expect(kind(`${CALLBACK.replace("app.example", "other.example")}?state=x`)).toBe("none");
  expect(kind(`${CALLBACK.replace("my-agent", "My-Agent")}?state=x`)).toBe("none");
});

test("nothing secret is in the rows or the log, from the first step to the last", async () => {
  const scene = createScene();
  const flow = await scene.oauth.begin(scene.target, UNAUTHORIZED);
  const { location, cookie } = await scene.start(flow);
  const dumps = [scene.ports.sql.dump()];
  const back = scene.provider.consent(location);
  const verdict = await scene.oauth.acceptCallback(scene.back(back, cookie));
  dumps.push(scene.ports.sql.dump());
  (await scene.oauth.redeem(verdict.kind === "accepted" ? verdict.attemptId : "", scene.target)).commit();
  dumps.push(scene.ports.sql.dump());
  const verifier = scene.provider.seen.find(({ path }) => path === "/token")?.form.get("code_verifier") ?? "";
  await scene.oauth.tokens(scene.target).afterRefusal(await scene.oauth.tokens(scene.target).current(), UNAUTHORIZED);
  dumps.push(scene.ports.sql.dump());

  const everything = `${dumps.join()}${scene.ports.lines.join()}`;
  const secrets = ["CANARY", verifier, new URL(location).searchParams.get("state") ?? "", cookie.split("=")[1] ?? ""];
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(5);
    for (const form of [
      secret,
      Buffer.from(secret).toString("base64").replace(/=+$/, ""),
      Buffer.from(secret).toString("hex"),
      [...secret].reverse().join(""),
    ]) {
      expect(everything).not.toContain(form);
    }
  }
});

test("signing out revokes refresh before access and keeps the registration, for the next sign-in", async () => {
  const scene = createScene();
  await scene.signIn();
  await scene.oauth.begin(scene.target, UNAUTHORIZED);
  expect(await scene.oauth.signOut(scene.target)).toEqual({ refreshToken: "revoked", accessToken: "revoked" });
  const revoked = scene.provider.seen
    .filter(({ path }) => path === "/revoke")
    .map(({ form }) => form.get("token_type_hint"));
  expect(revoked).toEqual(["refresh_token", "access_token"]);
  expect(tablesWithRows(scene)).toEqual(["clients", "callbacks"]);
  expect(scene.ports.sql.all("SELECT kind FROM agents_mcp_vault_secrets")).toEqual([{ kind: "client" }]);
  expect(await scene.oauth.tokens(scene.target).current()).toBeNull();
  await scene.signIn();
  expect(scene.provider.count("/register")).toBe(1);
});

const tablesWithRows = (scene: ReturnType<typeof createScene>) =>
  ["flows", "attempts", "tokens", "clients", "callbacks"].filter(
    (table) => scene.ports.sql.all(`SELECT * FROM agents_mcp_oauth_${table}`).length > 0,
  );

const MANAGED = { registration_client_uri: `${ISSUER}/register/c1`, registration_access_token: "CANARY-management" };

function managedScene(management: Record<string, unknown> = MANAGED) {
  const scene = createScene();
  scene.provider.overrides.set(`${ISSUER}/register`, () => Response.json({ client_id: "c1", ...management }));
  scene.provider.overrides.set(MANAGED.registration_client_uri, () => new Response(null, { status: 204 }));
  const deletions = () => scene.provider.seen.filter(({ method }) => method === "DELETE");
  return { scene, deletions };
}

test("forgetting a server deletes its registration where the provider offers that, and every row", async () => {
  const { scene, deletions } = managedScene();
  await scene.signIn();
  // Also a registration that is used again is known to have been managed.
  await scene.oauth.signOut(scene.target);
  scene.evict();
  await scene.signIn();
  expect(scene.ports.sql.dump()).not.toContain("CANARY");
  expect(await scene.oauth.forget(scene.target)).toEqual({
    refreshToken: "revoked",
    accessToken: "revoked",
    registration: "deleted",
  });
  expect(deletions().map(({ url, headers }) => [url, headers.get("authorization")])).toEqual([
    [MANAGED.registration_client_uri, "Bearer CANARY-management"],
  ]);
  // What needs the client comes first.
  expect(scene.provider.seen.slice(-3).map(({ path }) => path)).toEqual(["/revoke", "/revoke", "/register/c1"]);
  expect(tablesWithRows(scene)).toEqual([]);
  expect(scene.ports.sql.all("SELECT * FROM agents_mcp_vault_secrets")).toEqual([]);
});

test.each([
  ["not-offered", {}, 204],
  ["not-offered", MANAGED, 405],
  ["failed", MANAGED, 401],
  ["failed", MANAGED, 307],
  ["not-offered", { ...MANAGED, registration_client_uri: "https://evil.example/register/c1" }, 204],
  ["not-offered", { ...MANAGED, registration_access_token: 7 }, 204],
])("what became of the registration is said: %s for %j and status %i", async (outcome, management, status) => {
  const { scene, deletions } = managedScene(management);
  scene.provider.overrides.set(MANAGED.registration_client_uri, () => new Response(null, { status }));
  await scene.signIn();
  expect(await scene.oauth.forget(scene.target)).toMatchObject({ registration: outcome });
  expect(deletions().every(({ url }) => url === MANAGED.registration_client_uri)).toBe(true);
  expect(tablesWithRows(scene)).toEqual([]);
});

test("a client registered by hand is not unregistered", async () => {
  const scene = createScene({ oauth: { client: { clientId: "mine" } } });
  await scene.signIn();
  expect(await scene.oauth.forget(scene.target)).toMatchObject({ registration: "none" });
});

test("a provider without revocation, or one that fails, does not keep anybody signed in", async () => {
  const without = createScene();
  delete without.provider.metadata["revocation_endpoint"];
  await without.signIn();
  expect(await without.oauth.signOut(without.target)).toEqual({
    refreshToken: "not-offered",
    accessToken: "not-offered",
  });

  const failing = createScene();
  await failing.signIn();
  failing.provider.overrides.set(`${ISSUER}/revoke`, () => new Response("no", { status: 500 }));
  expect(await failing.oauth.signOut(failing.target)).toEqual({ refreshToken: "failed", accessToken: "failed" });
  expect(await failing.oauth.tokens(failing.target).current()).toBeNull();
});

test("a sign-in that was cancelled while its code was redeemed stores nothing", async () => {
  const scene = createScene();
  const flow = await scene.oauth.begin(scene.target, UNAUTHORIZED);
  const { location, cookie } = await scene.start(flow);
  const verdict = await scene.oauth.acceptCallback(scene.back(scene.provider.consent(location), cookie));
  const redeemed = await scene.oauth.redeem(verdict.kind === "accepted" ? verdict.attemptId : "", scene.target);
  scene.oauth.dropFlow(flow.id);
  expect(() => redeemed.commit()).toThrow(expect.objectContaining({ code: "flow-unknown" }));
  expect(await scene.oauth.tokens(scene.target).current()).toBeNull();
});

test("an attempt that begins while its flow ends leaves nothing behind", async () => {
  const scene = createScene();
  const flow = await scene.oauth.begin(scene.target, UNAUTHORIZED);
  const headers = { "sec-fetch-site": "same-origin" };
  const opened = scene.oauth.start(new Request(flow.startUrl, { headers }), flow.id, scene.target);
  scene.oauth.dropFlow(flow.id);
  expect((await opened).headers.get("location")).toBeNull();
  expect(scene.ports.sql.all("SELECT * FROM agents_mcp_oauth_attempts")).toEqual([]);
  expect(scene.ports.sql.all("SELECT * FROM agents_mcp_vault_secrets WHERE kind = 'verifier'")).toEqual([]);
});

test("signing out during a refresh revokes what the refresh brings", async () => {
  const scene = createScene();
  await scene.signIn();
  let release: (response: Response) => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    scene.provider.overrides.set(
      `${ISSUER}/token`,
      () => (resolve(), new Promise<Response>((answer) => (release = answer))),
    );
  });
  scene.ports.advance(3_600_000);
  const renewing = scene.oauth.tokens(scene.target).current();
  await asked;
  const leaving = scene.oauth.signOut(scene.target);
  release(Response.json({ access_token: "last-access", token_type: "Bearer", refresh_token: "last-refresh" }));
  await Promise.all([renewing, leaving]);
  const revoked = scene.provider.seen.filter(({ path }) => path === "/revoke").map(({ form }) => form.get("token"));
  expect(revoked).toEqual(["last-refresh", "last-access"]);
});

test("where secrets may not be stored, nothing is asked of any provider", async () => {
  const scene = createScene({ keys: "" });
  await expect(scene.oauth.begin(scene.target, UNAUTHORIZED)).rejects.toMatchObject({ code: "vault-key-required" });
  expect(scene.provider.seen).toEqual([]);
});

test("before any table exists, no request is taken for a callback", () => {
  const scene = createScene();
  scene.ports.sql.run("DROP TABLE agents_mcp_oauth_callbacks");
  expect(scene.oauth.classify(new Request(`${CALLBACK}?state=x`))).toEqual({ kind: "none" });
});
