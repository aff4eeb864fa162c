// The engine's life with each kind of provider there is: it works, or fails by name and works once that is mended.
import {
  approve,
  type AuthorizationServerQuirk,
  type MockProviderOptions,
  type ProviderName,
} from "@agents-internal/testing";
import { type Life, tellLife } from "@agents-internal/testing/life";
import { CLIENT_DOCUMENT, type MatrixRow, PROVIDER_MATRIX, providerOf, storyOf } from "@agents-internal/testing/matrix";
import { describe, expect, test } from "vitest";
import { CALLBACK, createMcpHost, type McpHost } from "./mcp-host.ts";
import { failure } from "./mcp-scenes.ts";

/** `sleeps`: the host forgets everything in memory before each step. */
function lifeOn(host: McpHost, url: string, sleeps: boolean): Life {
  const { network, browser } = host;
  const fetch = (request: Request) => network.fetch(request);
  const entry = (account?: string) => {
    const found = host.mcp.listServers().find((server) => server.account === account);
    if (found === undefined) throw new Error(`no server ${account ?? ""}`);
    return found.id;
  };
  const rest = (): void => {
    if (sleeps) host.evict();
  };
  const attempt = async (work: () => Promise<unknown>) => {
    rest();
    // How it ended is in the state.
    await work().catch(() => undefined);
    await host.mcp.waitForConnections();
  };
  return {
    add: (settings) => attempt(() => host.add("mock", url, settings)),
    agree: (authUrl) => attempt(() => approve(authUrl, { fetch, browser })),
    retry: (account) =>
      attempt(async () => {
        await host.mcp.closeConnection(entry(account));
        await host.mcp.establishConnection(entry(account));
      }),
    server: async (account) => {
      const server = host.state().servers[entry(account)];
      if (server === undefined) throw new Error("no such server");
      return server;
    },
    call: (name, account) => {
      rest();
      return host.mcp.callTool({ serverId: entry(account), name, arguments: {} }).then(
        ({ content }) => (content[0]?.type === "text" ? content[0].text : "nothing"),
        ({ code }: { code: string }) => code,
      );
    },
    pass: async (ms) => host.ports.advance(ms),
    remove: async (account) => {
      rest();
      return { ...(await host.mcp.removeServer(entry(account))) };
    },
  };
}

function settle(name: ProviderName, options: Pick<MockProviderOptions, "mcpServer"> = {}) {
  const host = createMcpHost({}, { clientMetadataUrl: CLIENT_DOCUMENT });
  const clock = { now: () => host.ports.clock.now(), sleep: async () => undefined };
  const provider = providerOf(name, [CALLBACK], { clock, ...options });
  for (const [origin, handler] of Object.entries(provider.hosts)) host.network.route(origin, handler);
  return { host, provider };
}

describe.each([
  { how: "of the older revisions", era: "legacy" as const, sleeps: false },
  { how: "of the newest revision", era: "modern" as const, sleeps: false },
  { how: "while the host sleeps between any two steps", era: "legacy" as const, sleeps: true },
])("a provider $how", ({ era, sleeps }) => {
  test.each(PROVIDER_MATRIX.map((row): [ProviderName, MatrixRow] => [row.provider, row]))("%s", async (name, row) => {
    const { host, provider } = settle(name, { mcpServer: { era } });
    const told = await tellLife(storyOf(row, provider, lifeOn(host, provider.url, sleeps)));
    expect([name, ...told]).toEqual([name, ...row.story]);
  });
});

/** Signed in, with an hour behind: the next call needs a renewal. */
async function aged(name: ProviderName) {
  const { host, provider } = settle(name);
  const { client, authorizationServer } = provider;
  const oauth = client === undefined ? {} : { client };
  const { id, authUrl = "" } = await host.add("mock", provider.url, { oauth });
  await approve(authUrl, { fetch: (request) => host.network.fetch(request), browser: host.browser });
  await host.mcp.waitForConnections();
  expect(host.server().state).toBe("ready");
  host.ports.advance(3_600_000);
  const call = () => host.mcp.callTool({ serverId: id, name: "whoami" });
  return { host, call, quirks: authorizationServer.quirks };
}

test.each<[AuthorizationServerQuirk, ProviderName]>([
  ["firewall", "linear"],
  ["token-error-500", "linear"],
  ["client-secrets-replaced", "slack"],
  ["client-secrets-replaced", "github"],
])("trouble that is not the person's costs nobody the sign-in: %s at %s", async (quirk, name) => {
  const { host, call, quirks } = await aged(name);
  quirks.add(quirk);
  const { code } = await failure(call());
  expect(["token-refused", "http-error"]).toContain(code);
  expect(host.server()).toMatchObject({ state: "ready", signed_in: true });
  quirks.delete(quirk);
  host.ports.advance(60_000);
  await expect(call()).resolves.toMatchObject({ content: [{ text: "somebody" }] });
});

test.each<[string, string | undefined]>([
  ["a registration", undefined],
  ["a document", CLIENT_DOCUMENT],
])(
  "a provider that sends the browser back because it does not take %s is registered with for the next try",
  async (_what, clientMetadataUrl) => {
    const { host, provider } = settle(clientMetadataUrl === undefined ? "linear" : "sentry");
    const { authorizationServer: as, url } = provider;
    as.quirks.add("client-refused-back");
    const signIn = async () => {
      const { authUrl = "" } = await host.add("mock", url);
      await approve(authUrl, { fetch: (request) => host.network.fetch(request), browser: host.browser });
      await host.mcp.waitForConnections();
      return host.server();
    };
    expect(await signIn()).toMatchObject({ state: "failed", error_code: "authorization-failed" });
    const before = as.registrations.length;
    as.quirks.delete("client-refused-back");
    expect(await signIn()).toMatchObject({ state: "ready" });
    expect(as.registrations.length).toBe(before + 1);
  },
);
