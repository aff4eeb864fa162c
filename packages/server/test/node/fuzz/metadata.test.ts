import fc from "fast-check";
import { expect, test } from "vitest";
import { discover } from "../../../src/mcp/oauth/discovery.ts";
import { createFakeProvider, ISSUER, json, MCP_URL } from "../fake-provider.ts";
import { anyJson, expectCoded, FUZZ_TIMEOUT, holds, objectWith, textOf } from "./fuzz.ts";

const urls = fc.oneof(
  fc.constantFrom(ISSUER, MCP_URL, `${ISSUER}/token`, "javascript:alert(1)", "http://169.254.169.254/", "data:,x"),
  textOf("https://", "http://", "as.example", "user:pass@", ":443", "/", "?", "#", "..", "%2f", "\t", "\\"),
);
const lists = fc.array(fc.oneof(urls, fc.constantFrom("S256", "plain", "none", "client_secret_basic")), {
  maxLength: 5,
});

const resources = objectWith({
  resource: fc.oneof(fc.constant(MCP_URL), urls),
  authorization_servers: fc.oneof(fc.constant([ISSUER]), lists),
  scopes_supported: lists,
});
const changes = objectWith({
  issuer: fc.oneof(fc.constant(ISSUER), urls),
  authorization_endpoint: urls,
  token_endpoint: urls,
  registration_endpoint: urls,
  revocation_endpoint: urls,
  code_challenge_methods_supported: fc.oneof(fc.constant(["S256"]), lists),
  token_endpoint_auth_methods_supported: lists,
  authorization_response_iss_parameter_supported: fc.boolean(),
});

const ASKED = {
  serverUrl: MCP_URL,
  announced: null,
  preferred: [],
  configured: null,
  exceptions: {},
  note: () => undefined,
} as const;

/** Whether a server was found; what was found has to be safe to use. */
async function tryDiscovery(resource: unknown, server: unknown): Promise<boolean> {
  const provider = createFakeProvider();
  provider.overrides.set(`${new URL(MCP_URL).origin}/.well-known/oauth-protected-resource/mcp`, () => json(resource));
  provider.overrides.set(`${ISSUER}/.well-known/oauth-authorization-server`, () => json(server));
  try {
    const found = await discover(provider.fetch, ASKED);
    const { authorizationEndpoint, tokenEndpoint, registrationEndpoint, revocationEndpoint } = found.provider;
    for (const endpoint of [authorizationEndpoint, tokenEndpoint, registrationEndpoint, revocationEndpoint]) {
      if (endpoint === null) continue;
      const { protocol, username, password, hash, href } = new URL(endpoint);
      expect({ protocol, username, password, hash, href }).toEqual({
        protocol: "https:",
        username: "",
        password: "",
        hash: "",
        href: endpoint,
      });
    }
    expect(found.resource).toBe(MCP_URL);
    return true;
  } catch (thrown) {
    expectCoded(thrown);
    return false;
  }
}

const honest = createFakeProvider();
/** Few fields at a time: with all of them made up, nothing would ever get past the first. */
const servers = fc
  .tuple(changes, fc.shuffledSubarray([...Object.keys(honest.metadata), "other"], { maxLength: 2 }))
  .map(([changed, names]) => ({
    ...honest.metadata,
    ...Object.fromEntries(Object.entries(changed).filter(([name]) => names.includes(name))),
  }));

test.each([
  [
    "description of a resource makes discovery crash or speak of another resource",
    fc.oneof(resources, anyJson),
    (document: unknown) => tryDiscovery(document, honest.metadata),
  ],
  [
    "metadata of an authorization server yields an address a browser must not open",
    fc.oneof(servers, anyJson),
    (document: unknown) => tryDiscovery(honest.resourceMetadata, document),
  ],
])("no %s", { timeout: FUZZ_TIMEOUT }, async (_what, documents, discovers) => {
  let found = 0;
  await holds(documents, async (document) => {
    if (await discovers(document)) found += 1;
  });
  expect(found).toBeGreaterThan(10);
});
