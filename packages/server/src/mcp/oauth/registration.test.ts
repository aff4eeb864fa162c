import { describe, expect, test } from "vitest";
import { type FakeProvider, ISSUER, json } from "../../../test/node/fake-provider.ts";
import { CALLBACK, createScene, UNAUTHORIZED } from "../../../test/node/oauth-scene.ts";

const REGISTER = `${ISSUER}/register`;

const registrations = ({ seen }: FakeProvider) =>
  seen.filter(({ url }) => url === REGISTER).map(({ body }) => JSON.parse(body) as Record<string, unknown>);

test("a registration says what is true: web over https, native on the own machine, refresh tokens wanted", async () => {
  const web = createScene({ deps: { appName: "My app" } });
  await web.oauth.begin(web.target, UNAUTHORIZED);
  expect(registrations(web.provider)).toEqual([
    {
      client_name: "My app",
      redirect_uris: [CALLBACK],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: "client_secret_basic",
      application_type: "web",
    },
  ]);
  const local = createScene({ callbackUrl: "http://localhost:8787/callback", oauth: { clientName: "Named" } });
  await local.oauth.begin(local.target, UNAUTHORIZED);
  expect(registrations(local.provider)[0]).toMatchObject({ application_type: "native", client_name: "Named" });
});

test("the instance's name is told to nobody", async () => {
  const scene = createScene();
  await scene.oauth.begin(scene.target, UNAUTHORIZED);
  expect(registrations(scene.provider)[0]?.["client_name"]).toBe("app.example");
});

test("a registration is used again for the same issuer and redirect URI, and made anew when either changes", async () => {
  const scene = createScene();
  const flow = await scene.oauth.begin(scene.target, UNAUTHORIZED);
  scene.oauth.dropFlow(flow.id);
  scene.evict();
  await scene.oauth.begin(scene.target, UNAUTHORIZED);
  expect(registrations(scene.provider)).toHaveLength(1);

  const moved = { ...scene.target, callbackUrl: "https://app.example/other/callback" };
  await scene.oauth.begin(moved, UNAUTHORIZED);
  expect(registrations(scene.provider).map(({ redirect_uris: uris }) => uris)).toEqual([
    [CALLBACK],
    ["https://app.example/other/callback"],
  ]);
});

test("a secret that has run out is registered anew", async () => {
  const scene = createScene();
  const expires = scene.ports.clock.now() / 1000 + 60;
  scene.provider.overrides.set(REGISTER, () =>
    json({ client_id: "c", client_secret: "s", client_secret_expires_at: expires }, 201),
  );
  const flow = await scene.oauth.begin(scene.target, UNAUTHORIZED);
  scene.oauth.dropFlow(flow.id);
  scene.ports.advance(61_000);
  await scene.oauth.begin(scene.target, UNAUTHORIZED);
  expect(registrations(scene.provider)).toHaveLength(2);
});

test("a provider that forgot the registration says so in the exchange, and is registered with anew", async () => {
  const scene = createScene();
  const flow = await scene.oauth.begin(scene.target, UNAUTHORIZED);
  const { location, cookie } = await scene.start(flow);
  const verdict = await scene.oauth.acceptCallback(scene.back(scene.provider.consent(location), cookie));
  scene.provider.overrides.set(`${ISSUER}/token`, () => json({ error: "invalid_client" }, 401));
  const attempt = verdict.kind === "accepted" ? verdict.attemptId : "";
  await expect(scene.oauth.redeem(attempt, scene.target)).rejects.toMatchObject({ code: "token-refused" });
  scene.oauth.dropFlow(flow.id);
  scene.provider.overrides.clear();
  await scene.signIn();
  expect(registrations(scene.provider)).toHaveLength(2);
});

test("a registration with which a browser left and did not come back is made anew, in case it was forgotten", async () => {
  const scene = createScene();
  const lost = await scene.oauth.begin(scene.target, UNAUTHORIZED);
  const { location } = await scene.start(lost);
  scene.oauth.dropFlow(lost.id);
  const { location: next } = await scene.start(await scene.oauth.begin(scene.target, UNAUTHORIZED));
  const clientOf = (url: string) => new URL(url).searchParams.get("client_id");
  expect(clientOf(next)).not.toBe(clientOf(location));
  expect(registrations(scene.provider)).toHaveLength(2);
});

test("no way to an id: the error names the exact redirect URI", async () => {
  const scene = createScene();
  delete scene.provider.metadata["registration_endpoint"];
  const error: unknown = await scene.oauth.begin(scene.target, UNAUTHORIZED).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "client-id-required" });
  expect(String(error)).toContain(`the redirect URI ${CALLBACK} at ${ISSUER}`);
});

test.each([
  ["invalid_redirect_uri", json({ error: "invalid_redirect_uri", error_description: "CANARY" }, 400)],
  ["403", new Response("CANARY not on the list", { status: 403 })],
  ["client_id", json({ client_name: "CANARY" }, 201)],
])("a refusal is told by its code, never by the provider's own text: %s", async (shown, response) => {
  const scene = createScene();
  scene.provider.overrides.set(REGISTER, () => response);
  const error: unknown = await scene.oauth.begin(scene.target, UNAUTHORIZED).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "registration-refused" });
  expect(String(error)).toContain(shown);
  expect(`${String(error)}${scene.ports.lines.join()}${scene.ports.sql.dump()}`).not.toContain("CANARY");
});

test("a redirect of the registration is not followed", async () => {
  const scene = createScene();
  scene.provider.overrides.set(
    REGISTER,
    () => new Response(null, { status: 307, headers: { location: "https://evil.example/" } }),
  );
  await expect(scene.oauth.begin(scene.target, UNAUTHORIZED)).rejects.toMatchObject({ code: "redirect-refused" });
});

test.each([
  ["none", undefined, null, { client_id: "c" }],
  ["none", ["none", "client_secret_basic"], null, { client_id: "c", client_secret: null }],
  ["post", ["client_secret_post"], null, { client_id: "c", client_secret: "s p+c:ü" }],
  ["basic", ["client_secret_basic"], "Basic YzpzK3AlMkJjJTNBJUMzJUJD", { client_id: "c", client_secret: "s p+c:ü" }],
  ["basic", ["none"], "Basic YzpzK3AlMkJjJTNBJUMzJUJD", { client_id: "c", client_secret: "s p+c:ü" }],
])("the token request shows who we are by %s", async (kind, methods, header, registered) => {
  const scene = createScene();
  scene.provider.metadata["token_endpoint_auth_methods_supported"] = methods;
  scene.provider.overrides.set(REGISTER, () => json(registered, 200));
  await scene.signIn();
  const request = scene.provider.seen.find(({ path }) => path === "/token");
  expect(request?.headers.get("authorization")).toBe(header);
  expect(request?.form.get("client_secret")).toBe(kind === "post" ? "s p+c:ü" : null);
  expect(request?.form.get("client_id")).toBe(kind === "basic" ? null : "c");
});

test("a client id that is a UUID goes out as it is, for servers that do not decode", async () => {
  const clientId = "0b6a7f3e-9c52-4a0e-8a55-2f9d1f7c1a10";
  const scene = createScene({
    oauth: {
      client: { clientId, clientSecret: "a_b.c", issuer: ISSUER, tokenEndpointAuthMethod: "client_secret_basic" },
    },
  });
  await scene.signIn();
  const header = scene.provider.seen.find(({ path }) => path === "/token")?.headers.get("authorization");
  expect(atob(header?.slice(6) ?? "")).toBe(`${clientId}:a_b.c`);
});

const EVIL = "https://evil.example";

/** From now on the MCP server names another authorization server, which works. */
function lead({ provider }: ReturnType<typeof createScene>, issuer = EVIL): void {
  provider.resourceMetadata["authorization_servers"] = [issuer];
  const document = { ...provider.metadata, issuer, token_endpoint: `${issuer}/token` };
  provider.overrides.set(`${issuer}/.well-known/oauth-authorization-server`, () => json(document));
}
const showedTo = ({ provider }: ReturnType<typeof createScene>, origin: string, secret: string) =>
  provider.seen.some(({ url, body, headers }) => url.startsWith(origin) && `${body}${[...headers]}`.includes(secret));

test("a configured client without a secret stays with the first issuer it met", async () => {
  const scene = createScene({ oauth: { client: { clientId: "mine" } } });
  await scene.signIn();
  expect(registrations(scene.provider)).toEqual([]);
  lead(scene);
  scene.evict();
  await expect(scene.oauth.begin(scene.target, UNAUTHORIZED)).rejects.toMatchObject({
    code: "issuer-mismatch",
    detail: "(evil.example)",
  });
  expect(showedTo(scene, EVIL, "mine")).toBe(false);
});

test.each([
  ["of another issuer", { clientId: "mine", clientSecret: "CANARY", issuer: ISSUER }],
  ["of no issuer at all", { clientId: "mine", clientSecret: "CANARY" }],
])("a secret %s never goes to the first issuer that a server names", async (_what, client) => {
  const scene = createScene({ oauth: { client } });
  lead(scene);
  await expect(scene.oauth.begin(scene.target, UNAUTHORIZED)).rejects.toMatchObject({ code: "issuer-mismatch" });
  expect(showedTo(scene, EVIL, "CANARY")).toBe(false);
  expect(scene.oauth.openFlow(scene.target)).toBeNull();
});

test("a server without metadata of its own is no authorization server for a configured client", async () => {
  const client = { clientId: "mine", clientSecret: "CANARY", issuer: ISSUER };
  const scene = createScene({ oauth: { client } });
  scene.provider.overrides.set("https://mcp.example/.well-known/oauth-protected-resource/mcp", () => json({}, 404));
  const { location } = await scene.start(await scene.oauth.begin(scene.target, UNAUTHORIZED));
  expect(new URL(location).origin).toBe(ISSUER);
});

test("a configured client that the provider does not know is kept, and a corrected secret is used with the next try", async () => {
  const client = { clientId: "mine", clientSecret: "wrong", issuer: ISSUER };
  const scene = createScene({ oauth: { client } });
  await scene.signIn();
  scene.ports.advance(3_600_000);
  scene.provider.overrides.set(`${ISSUER}/token`, () => json({ error: "invalid_client" }, 401));
  await expect(scene.oauth.tokens(scene.target).current()).rejects.toMatchObject({ code: "token-refused" });
  scene.provider.overrides.clear();
  const mended = { ...scene.target, options: { client: { ...client, clientSecret: "right" } } };
  scene.ports.advance(60_000);
  expect(await scene.oauth.tokens(mended).current()).toContain("CANARY-access");
  expect(registrations(scene.provider)).toEqual([]);
  const shown = scene.provider.seen.at(-1)?.headers.get("authorization") ?? "";
  expect(atob(shown.slice(6))).toBe("mine:right");
});

test("a target without the secret signs in with the one that was sealed", async () => {
  const scene = createScene({
    oauth: {
      client: {
        clientId: "mine",
        clientSecret: "sealed",
        issuer: ISSUER,
        tokenEndpointAuthMethod: "client_secret_post",
      },
    },
  });
  const flow = await scene.oauth.begin(scene.target, UNAUTHORIZED);
  const { location, cookie } = await scene.start(flow);
  const verdict = await scene.oauth.acceptCallback(scene.back(scene.provider.consent(location), cookie));
  const bare = { ...scene.target, options: { client: { clientId: "mine" } } };
  await scene.oauth.redeem(verdict.kind === "accepted" ? verdict.attemptId : "", bare);
  expect(scene.provider.seen.find(({ path }) => path === "/token")?.form.get("client_secret")).toBe("sealed");
});

test("a served client id document is used where the provider takes one", async () => {
  const scene = createScene({ deps: { clientIdDocument: () => "https://app.example/client.json" } });
  scene.provider.metadata["client_id_metadata_document_supported"] = true;
  const { location } = await scene.start(await scene.oauth.begin(scene.target, UNAUTHORIZED));
  expect(new URL(location).searchParams.get("client_id")).toBe("https://app.example/client.json");
  expect(registrations(scene.provider)).toEqual([]);
});

describe("a browser that left with a client id document and did not come back", () => {
  const idOf = ({ location }: { location: string }) => new URL(location).searchParams.get("client_id");
  async function left(registers: boolean) {
    const scene = createScene({ deps: { clientIdDocument: () => "https://app.example/client.json" } });
    scene.provider.metadata["client_id_metadata_document_supported"] = true;
    if (!registers) delete scene.provider.metadata["registration_endpoint"];
    const flow = await scene.oauth.begin(scene.target, UNAUTHORIZED);
    expect(idOf(await scene.start(flow))).toBe("https://app.example/client.json");
    scene.oauth.dropFlow(flow.id);
    return scene;
  }

  test("is registered the next time, and known by that from then on", async () => {
    const scene = await left(true);
    await scene.signIn();
    expect(registrations(scene.provider)).toHaveLength(1);
    scene.evict();
    await scene.oauth.signOut(scene.target);
    const { location } = await scene.start(await scene.oauth.begin(scene.target, UNAUTHORIZED));
    expect(new URL(location).searchParams.get("client_id")).not.toBe("https://app.example/client.json");
    expect(registrations(scene.provider)).toHaveLength(1);
  });

  test("comes with the document again where nothing else is offered", async () => {
    const scene = await left(false);
    const again = await scene.start(await scene.oauth.begin(scene.target, UNAUTHORIZED));
    expect(idOf(again)).toBe("https://app.example/client.json");
  });
});

test("assumed endpoints that do not register are no sign-in service", async () => {
  const scene = createScene();
  scene.provider.overrides.set("https://mcp.example/.well-known/oauth-protected-resource/mcp", () => json({}, 404));
  await expect(scene.oauth.begin(scene.target, UNAUTHORIZED)).rejects.toMatchObject({
    code: "authorization-server-not-found",
  });
});
