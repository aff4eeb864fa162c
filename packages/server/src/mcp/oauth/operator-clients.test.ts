import { expect, test } from "vitest";
import { ISSUER, json, MCP_URL } from "../../../test/node/fake-provider.ts";
import { createScene, UNAUTHORIZED } from "../../../test/node/oauth-scene.ts";
import type { OAuthOptions } from "../options.ts";
import { createOperatorClients, type OperatorClients } from "./operator-clients.ts";

const TABLE: OperatorClients = { "as.example": { clientId: "by-operator", clientSecret: "CANARY-operator" } };

function sceneWith(table: OperatorClients, oauth: OAuthOptions = {}) {
  const now = { table };
  const scene = createScene({
    oauth,
    deps: { operatorClients: () => now.table, clientIdDocument: () => "https://app.example/client.json" },
  });
  scene.provider.metadata["client_id_metadata_document_supported"] = true;
  return { ...scene, scene, now };
}
const basicOf = (header: string | null | undefined) => atob(header?.slice("Basic ".length) ?? "");

test("the operator's client is used before a document and before registering, and after a client of the server's own", async () => {
  const { scene, provider } = sceneWith(TABLE);
  await scene.signIn();
  expect(provider.count("/register")).toBe(0);
  const shown = provider.seen.find(({ path }) => path === "/token")?.headers.get("authorization");
  expect(basicOf(shown)).toBe("by-operator:CANARY-operator");

  const own = sceneWith(TABLE, { client: { clientId: "own" } });
  const { location } = await own.scene.start(await own.scene.oauth.begin(own.target, UNAUTHORIZED));
  expect(new URL(location).searchParams.get("client_id")).toBe("own");
});

test("a client that is for some servers serves no other that names the same authorization server", async () => {
  const client = { clientId: "by-operator", clientSecret: "CANARY-operator" };
  for (const [servers, isMeant] of [
    [["https://other.example", "https://mcp.example.evil.example"], false],
    [[], false],
    [["https://other.example", `${new URL(MCP_URL).origin}/`], true],
  ] as const) {
    const { scene, provider } = sceneWith({ "as.example": { ...client, servers } });
    const { location } = await scene.start(await scene.oauth.begin(scene.target, UNAUTHORIZED));
    const shown = new URL(location).searchParams.get("client_id");
    expect(shown === "by-operator").toBe(isMeant);
    expect(JSON.stringify(provider.seen)).not.toContain("CANARY-operator");
  }
  const { scene } = sceneWith({ "as.example": { ...client, servers: "https://mcp.example" as never } });
  await expect(scene.oauth.begin(scene.target, UNAUTHORIZED)).rejects.toMatchObject({ code: "option-invalid" });
});

test("another authorization server gets nothing of it, whatever the MCP server says", async () => {
  const { scene, provider, target } = sceneWith(TABLE);
  const evil = "https://as.example.evil.example";
  provider.resourceMetadata["authorization_servers"] = [evil];
  provider.overrides.set(`${evil}/.well-known/oauth-authorization-server`, () =>
    json({ ...provider.metadata, issuer: evil, client_id_metadata_document_supported: false }),
  );
  await scene.oauth.begin(target, UNAUTHORIZED);
  expect(provider.count("/register")).toBe(1);
  expect(provider.seen.map(({ body, headers }) => `${body}${[...headers]}`).join()).not.toContain("operator");
});

test("its secret is in no database, and a new one applies at once", async () => {
  const { scene, provider, ports, target, now } = sceneWith(TABLE);
  await scene.signIn();
  now.table = { "as.example": { clientId: "by-operator", clientSecret: "CANARY-rotated" } };
  scene.evict();
  ports.advance(3_600_000);
  await scene.oauth.tokens(target).current();
  expect(basicOf(provider.seen.at(-1)?.headers.get("authorization"))).toBe("by-operator:CANARY-rotated");

  const rows = ports.sql.all<{ kind: string; scope: string }>("SELECT kind, scope FROM agents_mcp_vault_secrets");
  for (const { kind, scope } of rows) {
    const address = { serverId: "srv", kind: kind as "client", scope };
    expect(await scene.vault.open(address)).not.toContain("CANARY-operator");
    expect(await scene.vault.open(address)).not.toContain("CANARY-rotated");
  }
  expect(rows.map(({ kind }) => kind).sort()).toEqual(["client", "tokens"]);
});

test("a provider that does not know it takes nobody's grant away", async () => {
  const { scene, provider, ports, target } = sceneWith(TABLE);
  await scene.signIn();
  ports.advance(3_600_000);
  provider.overrides.set(`${ISSUER}/token`, () => json({ error: "invalid_client" }, 401));
  await expect(scene.oauth.tokens(target).current()).rejects.toMatchObject({ code: "token-refused" });
  provider.overrides.clear();
  ports.advance(60_000);
  expect(await scene.oauth.tokens(target).current()).toContain("CANARY-access");
});

const provider = (issuer: string) => ({ issuer, tokenAuthMethods: null });

test("an issuer wins over its host, and a host stands for every issuer on it and for no other port", () => {
  const book = createOperatorClients(() => ({
    "https://login.example/tenant-a": { clientId: "a" },
    "login.example": { clientId: "any" },
    "https://root.example": { clientId: "root" },
  }));
  const idAt = (issuer: string) => book.find(provider(issuer), MCP_URL)?.clientId ?? null;
  expect(idAt("https://login.example/tenant-a")).toBe("a");
  expect(idAt("https://login.example/tenant-b")).toBe("any");
  expect(idAt("https://login.example:8443/tenant-a")).toBeNull();
  expect(idAt("https://root.example/")).toBe("root");
  expect(idAt("https://sub.root.example/")).toBeNull();
  expect(idAt("https://constructor")).toBeNull();
});

test.each([
  ["a secret that is not set", { clientId: "a", clientSecret: undefined }],
  ["an empty secret", { clientId: "a", clientSecret: "" }],
  ["no id", { clientSecret: "s" }],
  ["a method nobody knows", { clientId: "a", tokenEndpointAuthMethod: "telepathy" }],
])("an entry with %s is named to whoever needs it, and to nobody else", (_what, entry) => {
  const book = createOperatorClients(
    () => ({ "as.example": entry, "b.example": { clientId: "b" } }) as OperatorClients,
  );
  expect(() => book.find(provider("https://as.example"), MCP_URL)).toThrow(
    expect.objectContaining({ code: "option-invalid", detail: expect.stringContaining('"as.example"') as unknown }),
  );
  expect(book.find(provider("https://b.example"), MCP_URL)).toMatchObject({ clientId: "b" });
});
