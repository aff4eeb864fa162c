import { expect, test } from "vitest";
import type { MachineGrant } from "../../src/mcp/machine-grants.ts";
import { createMachineScene } from "./machine-scene.ts";
import { failure, ISSUER, MCP_URL } from "./mcp-scenes.ts";

const issuer = ISSUER;
const grant: MachineGrant = { type: "client-credentials", clientId: "robot", clientSecret: "CANARY-secret", issuer };

function createBoundScene() {
  const scene = createMachineScene();
  scene.settings.dpop = true;
  return scene;
}

/** Public keys in the proofs of all requests, as they were sent. */
function keysSent(scene: ReturnType<typeof createMachineScene>): ReadonlySet<string> {
  const proofs = scene.host.network.requests.flatMap(({ headers }) => headers["dpop"] ?? []);
  const jwks = proofs.map((proof) => {
    const header = JSON.parse(Buffer.from(proof.split(".")[0] ?? "", "base64url").toString()) as { jwk: unknown };
    return JSON.stringify(header.jwk);
  });
  return new Set(jwks);
}

test.each([undefined, "ES384", "ES512"] as const)(
  "every request proves possession of one key (%s), also after a wake, and the key lies sealed",
  async (alg) => {
    const scene = createBoundScene();
    const { host, add, call, asked } = scene;
    await add({ grant, dpop: alg === undefined ? true : { alg } });
    await call();
    host.evict();
    await call();
    host.ports.advance(3_600_000);
    host.evict();
    await call();
    expect(asked).toHaveLength(2);
    expect(keysSent(scene).size).toBe(1);
    const sent = host.network.requests
      .filter(({ url }) => url === MCP_URL)
      .map(({ headers }) => headers["authorization"]);
    expect(sent.slice(1).every((header) => header?.startsWith("DPoP "))).toBe(true);
    const dump = host.ports.sql.dump();
    for (const canary of ["CANARY", '"d"', '"kty"']) expect(dump).not.toContain(canary);
  },
);

test("nonces are kept by origin, and each one asked for costs one more request", async () => {
  const { host, add, call, asked, settings } = createBoundScene();
  Object.assign(settings, { authorizationNonce: "as-1", resourceNonce: "rs-1" });
  await expect(add({ grant, dpop: true })).resolves.toMatchObject({ state: "ready" });
  expect(asked).toHaveLength(2);
  settings.resourceNonce = "rs-2";
  host.network.forget();
  await Promise.all([call(), call()]);
  expect(host.network.requests.filter(({ url }) => url === MCP_URL)).toHaveLength(4);
  expect(asked).toHaveLength(2);
  expect(host.server().state).toBe("ready");
});

test("a server that asks for a nonce for ever is given up", async () => {
  const { add, settings, host } = createBoundScene();
  let count = 0;
  await add({ grant, dpop: true });
  Object.defineProperty(settings, "resourceNonce", { get: () => `rs-${(count += 1)}` });
  host.ports.advance(60_000);
  const [id = ""] = Object.keys(host.state().servers);
  expect(await failure(host.mcp.callTool({ serverId: id, name: "echo", arguments: {} }))).toMatchObject({
    code: "token-rejected",
  });
  await host.mcp.waitForConnections();
  expect(host.server().state).toBe("failed");
});

test("a Bearer token is refused when one that is bound was asked for, and is not stored", async () => {
  const { host, add, settings } = createBoundScene();
  settings.downgrade = true;
  expect(await failure(add({ grant, dpop: true }))).toMatchObject({ code: "dpop-unsupported" });
  expect(host.server().state).toBe("failed");
  expect(host.ports.sql.all("SELECT * FROM agents_mcp_oauth_tokens")).toEqual([]);
});

test("a token that is not bound as is asked for now is not used on", async () => {
  const scene = createMachineScene();
  await scene.add({ grant });
  scene.settings.dpop = true;
  await scene.add({ grant, dpop: true });
  await scene.call();
  await scene.add({ grant, dpop: { alg: "ES384" } });
  await scene.call();
  expect(scene.asked).toHaveLength(3);
  expect(keysSent(scene).size).toBe(2);
});

test("an algorithm that nobody knows is an invalid option", async () => {
  const { add } = createBoundScene();
  const alg = "HS256" as "ES256";
  expect(await failure(add({ grant, dpop: { alg } }))).toMatchObject({ code: "option-invalid" });
});
