// Providers by their profile, put together and signed in to.
import { expect, test } from "vitest";
import { createMockNetwork } from "./mock-network.ts";
import { createMockProvider } from "./mock-provider.ts";
import { createMockMcpServer } from "./mock-mcp-server.ts";
import type { McpServerSwitch } from "./mcp/faults.ts";
import { PROVIDER_PROFILES, type ProviderName } from "./provider-profiles.ts";
import { createTestApp } from "./test-app.ts";
import { approve } from "./test-browser.ts";

const NAMES = Object.keys(PROVIDER_PROFILES) as ProviderName[];
const RPC = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "whoami" } });

test.each(NAMES)("%s describes itself where its server says", async (name) => {
  const { url, issuer, hosts, authorizationServer } = createMockProvider(name);
  const network = createMockNetwork(hosts);
  const { quirks } = authorizationServer;
  expect(issuer.startsWith("https://as.example")).toBe(true);
  const { origin, pathname } = new URL(issuer);
  const path = quirks.has("oidc-only")
    ? `${pathname.replace(/\/$/, "")}/.well-known/openid-configuration`
    : `/.well-known/oauth-authorization-server${pathname.replace(/\/$/, "")}`;
  expect((await network.fetch(origin + path)).status).toBe(quirks.has("firewall") ? 403 : 200);
  expect((await network.fetch(url, { method: "POST", body: RPC })).status).toBe(401);
});

test("whoami says whose access is used", async () => {
  const { hosts, authorizationServer, url, issuer } = createMockProvider("linear", { mcpServer: { sessions: false } });
  const network = createMockNetwork(hosts);
  const app = await createTestApp({ network, issuer, resource: url });
  network.route("https://app.example", app.handler);
  authorizationServer.account = "ada";
  await approve(app.startUrl, network);
  const { access_token: token } = (await (await app.redeem()).json()) as { access_token: string };
  const init = { method: "POST", body: RPC, headers: { authorization: `Bearer ${token}` } };
  expect(await (await network.fetch(url, init)).json()).toMatchObject({ result: { content: [{ text: "ada" }] } });
});

test.each<[McpServerSwitch, RegExp]>([
  ["metadata-internal", /resource_metadata="http:\/\/169\.254\.169\.254\//],
  ["challenge-planted", /error_description="resource_metadata=https:\/\/somebody-else\.example\/x, scope=admin"/],
  ["scope-flood", /scope="admin:0 .* admin:1499"/],
  ["tokens-rejected", /error="invalid_token"/],
])("the switch %s shows in the challenge", async (fault, expected) => {
  const { mcpServer, url } = createMockProvider("linear");
  mcpServer.faults.add(fault);
  const request = new Request(url, { method: "POST", body: RPC, headers: { authorization: "Bearer x" } });
  const response = await mcpServer.handler(request);
  expect([response.status, response.headers.get("www-authenticate")]).toEqual([401, expect.stringMatching(expected)]);
});

test("tool-names-hostile: they are listed beside the honest ones", async () => {
  const { handler } = createMockMcpServer({
    url: "https://mcp.example/mcp",
    sessions: false,
    faults: ["tool-names-hostile"],
  });
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
  const response = await handler(new Request("https://mcp.example/mcp", { method: "POST", body }));
  const { result } = (await response.json()) as { result: { tools: { name: string }[] } };
  expect(result.tools.map(({ name }) => name)).toEqual(expect.arrayContaining(["__proto__", "constructor", "echo"]));
});
