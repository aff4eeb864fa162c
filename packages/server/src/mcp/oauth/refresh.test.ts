import { expect, test } from "vitest";
import { McpError } from "../errors.ts";
import { ISSUER, json } from "../../../test/node/fake-provider.ts";
import { createScene, type Scene, UNAUTHORIZED } from "../../../test/node/oauth-scene.ts";

const TOKEN = `${ISSUER}/token`;
const HOUR = 3_600_000;

async function signedIn(scene: Scene = createScene()) {
  await scene.signIn();
  const source = () => scene.oauth.tokens(scene.target);
  const requests = () => scene.provider.seen.filter(({ form }) => form.get("grant_type") === "refresh_token").length;
  return {
    scene,
    source,
    requests,
    first: await source().current(),
    fail: (answer: () => Response) => scene.provider.overrides.set(TOKEN, answer),
  };
}

/** Answers the next token request when the test says so. */
function holdToken(scene: Scene) {
  let release: (response: Response) => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    scene.provider.overrides.set(TOKEN, () => {
      resolve();
      return new Promise<Response>((answer) => (release = answer));
    });
  });
  return { asked, release: (response: Response) => release(response) };
}

test("a token is used until shortly before its end, then renewed ahead", async () => {
  const { scene, source, first, requests } = await signedIn();
  scene.ports.advance(HOUR - 61_000);
  expect(await source().current()).toBe(first);
  scene.ports.advance(45_000);
  const second = await source().current();
  expect(second).not.toBe(first);
  expect(requests()).toBe(1);
  scene.evict();
  expect(await source().current()).toBe(second);
});

test("a short life is renewed in its last tenth only", async () => {
  const scene = createScene();
  scene.provider.tokenExtras["expires_in"] = 30;
  const { source, first } = await signedIn(scene);
  scene.ports.advance(26_900);
  expect(await source().current()).toBe(first);
  scene.ports.advance(3_000);
  expect(await source().current()).not.toBe(first);
});

test("twenty callers at the end of a token make one request and get the same answer", async () => {
  const { scene, source, first, requests } = await signedIn();
  scene.ports.advance(HOUR);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      index % 2 ? source().current() : source().afterRefusal(first, UNAUTHORIZED),
    ),
  );
  expect(new Set(answers).size).toBe(1);
  expect(answers[0]).not.toBe(first);
  expect(requests()).toBe(1);
});

test("a refusal of a token that was replaced meanwhile costs no request", async () => {
  const { source, first, requests } = await signedIn();
  const second = await source().afterRefusal(first, UNAUTHORIZED);
  expect(await source().afterRefusal(first, UNAUTHORIZED)).toBe(second);
  expect(await source().afterRefusal(null, UNAUTHORIZED)).toBe(second);
  expect(requests()).toBe(1);
});

test("a fresh token that is refused again is not renewed in a circle", async () => {
  const { scene, source, first, requests } = await signedIn();
  const second = await source().afterRefusal(first, UNAUTHORIZED);
  expect(await source().afterRefusal(second, UNAUTHORIZED)).toBeNull();
  expect(requests()).toBe(1);
  expect(await source().current()).toBeNull();
  expect(await scene.oauth.begin(scene.target, UNAUTHORIZED)).toMatchObject({ reason: "revoked" });
});

test("a missing refresh token in the answer keeps the old one", async () => {
  const { scene, source, first } = await signedIn();
  const sent: (string | null)[] = [];
  scene.provider.overrides.set(TOKEN, ({ form }) => {
    sent.push(form.get("refresh_token"));
    return json({ access_token: `new-${sent.length}`, token_type: "bearer", expires_in: 60 });
  });
  expect(await source().afterRefusal(first, UNAUTHORIZED)).toBe("new-1");
  scene.ports.advance(60_000);
  scene.evict();
  expect(await source().current()).toBe("new-2");
  expect(sent).toEqual([sent[0], sent[0]]);
});

test.each([500, 503, 429])("a provider in trouble (%i) costs nobody their sign-in", async (status) => {
  const { scene, source, first, fail } = await signedIn();
  fail(() => new Response("busy", { status }));
  scene.ports.advance(HOUR - 1000);
  expect(await source().current()).toBe(first);
  scene.ports.advance(1000);
  await expect(source().current()).rejects.toMatchObject({ code: "http-error", retryable: true });
  scene.provider.overrides.clear();
  scene.ports.advance(2000);
  expect(await source().current()).not.toBe(first);
});

test("once the token has ended, a provider in trouble is asked less and less often, also after a wake", async () => {
  const { scene, source, fail, requests } = await signedIn();
  fail(() => new Response("busy", { status: 503 }));
  scene.ports.advance(HOUR);
  for (const [index, pause] of [1000, 2000, 4000].entries()) {
    for (let call = 0; call < 5; call += 1) {
      const error = await source()
        .current()
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "http-error", status: 503 });
      expect((error as McpError).retryAfter).toBeLessThanOrEqual(pause);
    }
    expect(requests()).toBe(index + 1);
    scene.ports.advance(pause);
  }
  await expect(source().current()).rejects.toMatchObject({ code: "http-error" });
  const asked = requests();
  scene.evict();
  await expect(source().current()).rejects.toMatchObject({ code: "http-error", retryable: true });
  expect(requests()).toBe(asked);
  scene.provider.overrides.clear();
  scene.ports.advance(8000);
  expect(await source().current()).not.toBeNull();
});

test.each([
  ["seconds", { "retry-after": "120" }],
  [
    "a date",
    { "retry-after": "Sun, 22 Nov 2026 08:02:00 GMT", date: "Sun, 22 Nov 2026 08:00:00 GMT" } as Record<string, string>,
  ],
])("a provider that asks for patience in %s gets it, and the old token is used meanwhile", async (_form, headers) => {
  const { scene, source, first, fail, requests } = await signedIn();
  fail(() => new Response("slow down", { status: 429, headers }));
  scene.ports.advance(HOUR - 20_000);
  expect(await source().current()).toBe(first);
  scene.ports.advance(19_000);
  expect(await source().current()).toBe(first);
  scene.ports.advance(1000);
  scene.evict();
  await expect(source().current()).rejects.toMatchObject({ code: "http-error", retryAfter: 100_000 });
  expect(requests()).toBe(1);
  scene.provider.overrides.clear();
  scene.ports.advance(100_000);
  expect(await source().current()).not.toBe(first);
});

test("a provider in trouble is left alone also when the server refuses a token that has not ended", async () => {
  const { scene, source, first, fail, requests } = await signedIn();
  fail(() => new Response("busy", { status: 503 }));
  for (let call = 0; call < 5; call += 1)
    await expect(source().afterRefusal(first, UNAUTHORIZED)).rejects.toMatchObject({ code: "http-error" });
  expect(requests()).toBe(1);
  scene.provider.overrides.clear();
  scene.ports.advance(10_000);
  expect(await source().afterRefusal(first, UNAUTHORIZED)).not.toBe(first);
});

test("while the old token works, a provider in trouble is not asked with every call", async () => {
  const { scene, source, first, fail, requests } = await signedIn();
  fail(() => new Response("busy", { status: 503 }));
  scene.ports.advance(HOUR - 15_000);
  for (let call = 0; call < 5; call += 1) expect(await source().current()).toBe(first);
  expect(requests()).toBe(1);
  scene.ports.advance(10_000);
  expect(await source().current()).toBe(first);
  expect(requests()).toBe(2);
});

test("a firewall's page is not a refusal of the grant", async () => {
  const { scene, source, fail } = await signedIn();
  fail(() => new Response("<h1>Forbidden</h1>", { status: 403 }));
  scene.ports.advance(HOUR);
  await expect(source().current()).rejects.toMatchObject({ code: "token-refused" });
  scene.provider.overrides.clear();
  expect(await source().current()).not.toBeNull();
});

test("a refused refresh token ends the grant, keeps the row, and the next sign-in says why", async () => {
  const { scene, source, fail, requests } = await signedIn();
  fail(() => json({ error: "invalid_grant" }, 400));
  scene.ports.advance(HOUR);
  expect(await source().current()).toBeNull();
  expect(await source().current()).toBeNull();
  expect(requests()).toBe(1);
  scene.evict();
  expect(await scene.oauth.begin(scene.target, UNAUTHORIZED)).toMatchObject({ reason: "expired" });
});

test("a refresh token refused while the access token should still be good means revoked", async () => {
  const { scene, source, first, fail } = await signedIn();
  fail(() => json({ error: "invalid_grant" }, 400));
  expect(await source().afterRefusal(first, UNAUTHORIZED)).toBeNull();
  expect(await scene.oauth.begin(scene.target, UNAUTHORIZED)).toMatchObject({ reason: "revoked" });
});

test("an error with status 200 is a refusal", async () => {
  const { scene, source, fail } = await signedIn();
  fail(() => json({ error: "bad_refresh_token" }));
  scene.ports.advance(HOUR);
  expect(await source().current()).toBeNull();
});

test("without a refresh token the grant ends when the token does", async () => {
  const scene = createScene();
  scene.provider.tokenExtras["refresh_token"] = null;
  const { source, first, requests } = await signedIn(scene);
  scene.ports.advance(HOUR - 1);
  expect(await source().current()).toBe(first);
  scene.ports.advance(1);
  expect(await source().current()).toBeNull();
  expect(requests()).toBe(0);
  expect(await scene.oauth.begin(scene.target, UNAUTHORIZED)).toMatchObject({ reason: "expired" });
});

test("an answer that was lost with the isolate: the old token is tried once more", async () => {
  const { scene, source, first } = await signedIn();
  scene.ports.advance(HOUR);
  const held = holdToken(scene);
  void source().current();
  await held.asked;
  scene.evict();
  scene.provider.overrides.clear();
  const second = await source().current();
  expect(second).not.toBe(first);
  expect(scene.ports.lines.some((line) => line.startsWith("oauth-refresh-repeated"))).toBe(true);
  // The answer of the forgotten isolate arrives after all: it is older than what is stored.
  held.release(json({ access_token: "late", token_type: "Bearer", refresh_token: "late" }));
  await scene.ports.settled();
  expect(await source().current()).toBe(second);
});

test("when the lost answer had rotated the token away, one clean sign-in follows", async () => {
  const { scene, source } = await signedIn();
  scene.ports.advance(HOUR);
  scene.provider.overrides.set(TOKEN, () => {
    throw new McpError("host-unreachable");
  });
  await expect(source().current()).rejects.toMatchObject({ code: "host-unreachable", retryable: true });
  scene.evict();
  scene.ports.advance(1000);
  scene.provider.overrides.set(TOKEN, () => json({ error: "invalid_grant" }, 400));
  expect(await source().current()).toBeNull();
  expect(await scene.oauth.begin(scene.target, UNAUTHORIZED)).toMatchObject({ reason: "expired" });
});

test("a slow loser never takes the winner's tokens away", async () => {
  const { scene, source } = await signedIn();
  scene.ports.advance(HOUR);
  const held = holdToken(scene);
  const loser = source().current();
  await held.asked;
  // Somebody signs in anew while the refresh hangs.
  scene.provider.overrides.clear();
  await scene.signIn();
  held.release(json({ error: "invalid_grant" }, 400));
  const winner = await loser;
  expect(winner).toMatch(/^CANARY-access-/);
  expect(await source().current()).toBe(winner);
});

test("a refresh that ends after signing out brings nothing back", async () => {
  const { scene, source } = await signedIn();
  scene.ports.advance(HOUR);
  const held = holdToken(scene);
  const late = source().current();
  await held.asked;
  scene.evict();
  scene.provider.overrides.clear();
  await scene.oauth.signOut(scene.target);
  held.release(json({ access_token: "late", token_type: "Bearer", refresh_token: "late" }));
  expect(await late.catch(() => null)).toBeNull();
  expect(scene.ports.sql.all("SELECT * FROM agents_mcp_oauth_tokens")).toEqual([]);
  expect(await source().current()).toBeNull();
});

test("a forgotten registration ends the grant and is made anew by the next sign-in", async () => {
  const { scene, source, fail } = await signedIn();
  fail(() => json({ error: "invalid_client" }, 401));
  scene.ports.advance(HOUR);
  expect(await source().current()).toBeNull();
  scene.provider.overrides.clear();
  await scene.signIn();
  expect(scene.provider.count("/register")).toBe(2);
  expect(await source().current()).not.toBeNull();
});

test("a configured client's wrong secret says nothing about the grant, and its correction applies at once", async () => {
  const client = { clientId: "mine", clientSecret: "CANARY-old", issuer: ISSUER };
  const scene = createScene({ oauth: { client } });
  await scene.signIn();
  scene.provider.overrides.set(TOKEN, ({ headers, form }) => {
    const secret = atob(headers.get("authorization")?.slice(6) ?? "").split(":")[1];
    expect(form.has("client_secret")).toBe(false);
    return secret === "new"
      ? json({ access_token: "good", token_type: "Bearer" })
      : json({ error: "invalid_client" }, 401);
  });
  scene.ports.advance(HOUR);
  await expect(scene.oauth.tokens(scene.target).current()).rejects.toMatchObject({ code: "token-refused" });
  const mended = { ...scene.target, options: { client: { ...client, clientSecret: "new" } } };
  expect(await scene.oauth.tokens(mended).current()).toBe("good");
});

test("more scope asks for the union, and the old token goes on working", async () => {
  const scene = createScene();
  scene.provider.tokenExtras["scope"] = "read";
  const { source, first } = await signedIn(scene);
  const challenge = { status: 403, header: 'Bearer error="insufficient_scope", scope="admin"' } as const;
  expect(await source().afterRefusal(first, { ...challenge, status: 401 })).toBeNull();
  const flow = await scene.oauth.begin(scene.target, challenge);
  expect(flow).toMatchObject({ reason: "more-scope", scopes: ["read", "admin"] });
  const wider = await scene.oauth.begin(scene.target, {
    ...challenge,
    header: 'Bearer error="insufficient_scope", scope="audit"',
  });
  expect(wider).toMatchObject({ id: flow.id, scopes: ["read", "admin", "audit"] });
  expect(await source().current()).toBe(first);
});

test.each([
  ["a refresh token", undefined],
  ["a machine grant", { type: "jwt-bearer", clientId: "robot", assertion: "CANARY" }] as const,
])(
  "a caller whose secrets open late (%s) takes the token another one got and makes no request",
  async (_name, grant) => {
    const scene = createScene();
    const target = { ...scene.target, grant };
    const asked = () => scene.provider.seen.filter(({ url }) => url === TOKEN).length;
    if (grant === undefined) await scene.signIn();
    else {
      scene.provider.overrides.set(TOKEN, () => json({ access_token: `t${asked()}`, expires_in: 3600 }));
      await scene.oauth.tokens(target).afterRefusal(null, UNAUTHORIZED);
    }
    scene.ports.advance(HOUR);
    scene.evict();
    const open = scene.vault.open.bind(scene.vault);
    let release = (): void => undefined;
    const later = new Promise<void>((resolve) => (release = resolve));
    let opened = 0;
    Object.assign(scene.vault, {
      open: async (address: Parameters<typeof open>[0]) => {
        const text = await open(address);
        opened += 1;
        if (opened === 2) await later;
        return text;
      },
    });
    const first = scene.oauth.tokens(target).current();
    const second = scene.oauth.tokens(target).current();
    // Whichever of them opens its secrets first.
    const renewed = await Promise.race([first, second]);
    release();
    expect(await Promise.all([first, second])).toEqual([renewed, renewed]);
    expect(asked()).toBe(2);
  },
);
