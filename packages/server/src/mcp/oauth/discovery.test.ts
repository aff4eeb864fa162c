import { expect, test } from "vitest";
import { createFakeProvider, ISSUER, json } from "../../../test/node/fake-provider.ts";
import { type DiscoveryQuestion, discover } from "./discovery.ts";

const PRM = "https://mcp.example/.well-known/oauth-protected-resource";
const AS = `${ISSUER}/.well-known/oauth-authorization-server`;

const question = (changes: Partial<DiscoveryQuestion> = {}): DiscoveryQuestion => ({
  serverUrl: "https://mcp.example/mcp",
  announced: null,
  preferred: [],
  configured: null,
  exceptions: {},
  note: () => undefined,
  ...changes,
});

test("the metadata is looked for where the challenge says, then below the path, then at the root", async () => {
  const { fetch, seen, overrides, resourceMetadata } = createFakeProvider();
  overrides.set(`${PRM}/mcp`, () => json({}, 404));
  overrides.set(PRM, () => json({ ...resourceMetadata, resource: "https://mcp.example" }));
  const found = await discover(fetch, question({ announced: "https://mcp.example/elsewhere" }));
  expect(found).toMatchObject({
    resource: "https://mcp.example",
    resourceScopes: ["read", "write"],
    provider: { issuer: ISSUER },
  });
  expect(seen.map(({ url }) => url)).toEqual(["https://mcp.example/elsewhere", `${PRM}/mcp`, PRM, AS]);
});

test.each([
  "https://mcp.example/mc",
  "https://mcp.example/mcp2",
  "https://mcp.example/mcp/",
  "https://mcp.example/mcp/../mcp",
  "https://mcp.example/mc%70",
  "https://user@mcp.example/mcp",
  "https://mcp.example/mcp#x",
  "https://mcp.example/mcp?x=1",
  "https://MCP.example/mcp",
  "http://mcp.example/mcp",
  "https://evil.example/mcp",
])("a description of another resource is not used: %s", async (resource) => {
  const { fetch, resourceMetadata } = createFakeProvider();
  resourceMetadata["resource"] = resource;
  await expect(discover(fetch, question())).rejects.toMatchObject({ code: "resource-mismatch" });
});

test.each(["https://mcp.example", "https://mcp.example/"])(
  "a pathless resource may be written with or without its slash: %s",
  async (resource) => {
    const { fetch, overrides, resourceMetadata } = createFakeProvider();
    overrides.set(PRM, () => json({ ...resourceMetadata, resource }));
    expect((await discover(fetch, question({ serverUrl: "https://mcp.example/" }))).resource).toBe(resource);
  },
);

test("what the query selects within a resource does not make it another one", async () => {
  const { fetch } = createFakeProvider();
  expect((await discover(fetch, question({ serverUrl: "https://mcp.example/mcp?key=secret" }))).resource).toBe(
    "https://mcp.example/mcp",
  );
});

test.each([429, 500, 503])("a host in trouble (%i) is an error and not a reason to fall back", async (status) => {
  const { fetch, overrides } = createFakeProvider();
  overrides.set(`${PRM}/mcp`, () => new Response("", { status }));
  await expect(discover(fetch, question())).rejects.toMatchObject({ code: "http-error", status });
});

test("a page instead of a document is passed over, but never a reason to fall back", async () => {
  const { fetch, overrides } = createFakeProvider();
  overrides.set(`${PRM}/mcp`, () => new Response("<!doctype html>"));
  await expect(discover(fetch, question())).rejects.toMatchObject({ code: "metadata-invalid" });
});

test("without any description the server's own origin is asked, then assumed", async () => {
  const own = "https://mcp.example/.well-known/oauth-authorization-server";
  const { fetch, overrides, metadata } = createFakeProvider();
  overrides.set(`${PRM}/mcp`, () => json({}, 404));
  overrides.set(own, () => json({ ...metadata, issuer: "https://mcp.example" }));
  expect((await discover(fetch, question())).provider).toMatchObject({ issuer: "https://mcp.example", assumed: false });
  overrides.set(own, () => json({}, 404));
  expect(await discover(fetch, question())).toMatchObject({
    resource: "https://mcp.example/mcp",
    provider: {
      assumed: true,
      authorizationEndpoint: "https://mcp.example/authorize",
      tokenEndpoint: "https://mcp.example/token",
    },
  });
});

test("with a configured client nothing is assumed: its secret goes where it belongs or nowhere", async () => {
  const { fetch, overrides, seen } = createFakeProvider();
  overrides.set(`${PRM}/mcp`, () => json({}, 404));
  await expect(discover(fetch, question({ configured: {} }))).rejects.toMatchObject({
    code: "resource-metadata-missing",
  });
  expect(seen.every(({ purpose }) => purpose === "prm")).toBe(true);
  expect((await discover(fetch, question({ configured: { issuer: ISSUER } }))).provider.issuer).toBe(ISSUER);
});

test("a server that names another issuer than the configured one is not followed", async () => {
  const { fetch, seen } = createFakeProvider();
  await expect(discover(fetch, question({ configured: { issuer: "https://real.example" } }))).rejects.toMatchObject({
    code: "issuer-mismatch",
  });
  expect(seen.some(({ purpose }) => purpose === "as-metadata")).toBe(false);
});

test("an issuer with a path is looked up in three places", async () => {
  const { fetch, seen, overrides, resourceMetadata, metadata } = createFakeProvider();
  const issuer = `${ISSUER}/realms/one`;
  resourceMetadata["authorization_servers"] = [issuer];
  overrides.set(`${issuer}/.well-known/openid-configuration`, () => json({ ...metadata, issuer }));
  expect((await discover(fetch, question())).provider.issuer).toBe(issuer);
  expect(seen.filter(({ purpose }) => purpose === "as-metadata").map(({ url }) => url)).toEqual([
    `${ISSUER}/.well-known/oauth-authorization-server/realms/one`,
    `${ISSUER}/.well-known/openid-configuration/realms/one`,
    `${ISSUER}/realms/one/.well-known/openid-configuration`,
  ]);
});

test("only OpenID metadata is enough", async () => {
  const { fetch, overrides, metadata } = createFakeProvider();
  overrides.set(AS, () => json({}, 404));
  overrides.set(`${ISSUER}/.well-known/openid-configuration`, () => json(metadata));
  expect((await discover(fetch, question())).provider.issuer).toBe(ISSUER);
});

test("one slash at the end of a pathless issuer is forgiven, anything else is another issuer", async () => {
  const { fetch, metadata } = createFakeProvider();
  metadata["issuer"] = `${ISSUER}/`;
  expect((await discover(fetch, question())).provider.issuer).toBe(`${ISSUER}/`);
  for (const issuer of ["https://evil.example", `${ISSUER}//`, "https://AS.example", `${ISSUER}/x`, null, 7]) {
    metadata["issuer"] = issuer;
    await expect(discover(fetch, question())).rejects.toMatchObject({ code: "issuer-not-identical" });
  }
});

test.each([[["plain"]], [[]], ["S256"], [7]])("a provider that does not list S256 is refused: %j", async (methods) => {
  const { fetch, metadata } = createFakeProvider();
  metadata["code_challenge_methods_supported"] = methods;
  await expect(discover(fetch, question())).rejects.toMatchObject({ code: "pkce-unsupported" });
});

test.each([
  "javascript:alert(1)",
  "data:text/html,x",
  "file:///etc/passwd",
  "ms-msdt:x",
  "intent:x",
  "blob:https://as.example/x",
  "http://as.example/authorize",
  "https://user:pass@as.example/authorize",
  "//as.example/authorize",
  "/authorize",
  "https://as.example/authorize#x",
  5,
])("an authorization endpoint that no browser should be led to is refused: %s", async (endpoint) => {
  const { fetch, metadata } = createFakeProvider();
  metadata["authorization_endpoint"] = endpoint;
  await expect(discover(fetch, question())).rejects.toMatchObject({ code: "metadata-invalid" });
});

test.each(["token_endpoint", "registration_endpoint", "revocation_endpoint"])(
  "%s over plain http is refused where the metadata was not",
  async (name) => {
    const { fetch, metadata } = createFakeProvider();
    metadata[name] = "http://as.example/x";
    await expect(discover(fetch, question())).rejects.toMatchObject({ code: "metadata-invalid" });
  },
);

test("plain http goes as far as the url policy let the metadata itself go", async () => {
  const { fetch, metadata, resourceMetadata, overrides } = createFakeProvider();
  const issuer = "http://localhost:9000";
  resourceMetadata["authorization_servers"] = [issuer];
  const local = {
    issuer,
    authorization_endpoint: `${issuer}/a`,
    token_endpoint: `${issuer}/t`,
    code_challenge_methods_supported: ["S256"],
  };
  overrides.set(`${issuer}/.well-known/oauth-authorization-server`, () => json(local));
  expect((await discover(fetch, question())).provider).toMatchObject({ issuer, tokenEndpoint: `${issuer}/t` });
  expect(metadata["issuer"]).toBe(ISSUER);
});

test("of several authorization servers the one of the present grant is taken, else the first that works", async () => {
  const { fetch, resourceMetadata, overrides, metadata } = createFakeProvider();
  const other = "https://other.example";
  resourceMetadata["authorization_servers"] = ["https://gone.example", ISSUER, other];
  expect((await discover(fetch, question())).provider.issuer).toBe(ISSUER);
  overrides.set(`${other}/.well-known/oauth-authorization-server`, () => json({ ...metadata, issuer: other }));
  expect((await discover(fetch, question({ preferred: [other] }))).provider.issuer).toBe(other);
});

test("a description without an authorization server says so", async () => {
  const { fetch, resourceMetadata } = createFakeProvider();
  resourceMetadata["authorization_servers"] = [];
  await expect(discover(fetch, question())).rejects.toMatchObject({ code: "authorization-server-not-found" });
});
