// An authorization server and the MCP server behind it, as one provider of the world.
import {
  createMockAuthorizationServer,
  type MockAuthorizationServer,
  type MockAuthorizationServerOptions,
} from "./mock-authorization-server.ts";
import { ECHO_TOOL, type MockTool } from "./mcp/offer.ts";
import { createMockMcpServer, type MockMcpServer, type MockMcpServerOptions } from "./mock-mcp-server.ts";
import type { FetchHandler } from "./mock-network.ts";
import { PROVIDER_PROFILES, type ProviderName, type ProviderProfile } from "./provider-profiles.ts";

export interface MockProviderOptions {
  /** The MCP server's address; default `https://mcp.example/mcp`. */
  readonly url?: string;
  /** The origin of the authorization server; default `https://as.example`. The profile may add a path. */
  readonly authOrigin?: string;
  /** Where browsers may be sent back to, for a profile whose client is registered by hand. May grow later. */
  readonly redirectUris?: readonly string[];
  /** Wins over what the profile says. */
  readonly authorizationServer?: Partial<Omit<MockAuthorizationServerOptions, "issuer" | "quirks">>;
  /** Wins over what the profile says. */
  readonly mcpServer?: Partial<Omit<MockMcpServerOptions, "url" | "faults" | "authorization">>;
}

interface ClientOption {
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly issuer: string;
}

export interface MockProvider {
  readonly url: string;
  readonly issuer: string;
  readonly profile: ProviderProfile;
  readonly authorizationServer: MockAuthorizationServer;
  readonly mcpServer: MockMcpServer;
  /** Origin → handler, for `createMockNetwork`. */
  readonly hosts: Readonly<Record<string, FetchHandler>>;
  /** Registered by hand, where the profile needs that, as `addMcpServer` takes it in `oauth.client`. */
  readonly client: ClientOption | undefined;
}

/**
 * A provider like the one that is named, or by a profile of your own. Its tools: `echo`; `whoami`, which says whose access is
 * used; with the profile's `moreScope` also `write`, which needs it.
 */
export function createMockProvider(
  profile: ProviderName | ProviderProfile,
  options: MockProviderOptions = {},
): MockProvider {
  const facts = typeof profile === "string" ? PROVIDER_PROFILES[profile] : profile;
  const { url = "https://mcp.example/mcp", authOrigin = "https://as.example", redirectUris = [] } = options;
  const issuer = `${authOrigin}${facts.issuerPath ?? ""}`;
  const { scopes = ["notes:read"], moreScope, quirks, faults } = facts;
  const client: ClientOption | undefined = facts.client && {
    clientId: "registered-by-hand",
    ...(facts.client === "confidential" ? { clientSecret: "secret-of-the-app" } : {}),
    issuer,
  };
  const authorizationServer = createMockAuthorizationServer({
    issuer,
    quirks,
    clients: client === undefined ? [] : [{ ...client, redirectUris }],
    scopesSupported: facts.scopesSupported ?? [...scopes, ...(moreScope === undefined ? [] : [moreScope])],
    ...options.authorizationServer,
  });
  const whoami: MockTool = {
    name: "whoami",
    inputSchema: { type: "object" },
    requiredScopes: faults.includes("mixed") ? scopes : [],
    handle(_args, { headers }) {
      const token = headers.get("authorization")?.slice("Bearer ".length) ?? "";
      return { content: [{ type: "text", text: authorizationServer.check(token, url)?.account ?? "nobody" }] };
    },
  };
  const more = moreScope === undefined ? [] : [{ ...ECHO_TOOL, name: "write", requiredScopes: [moreScope] }];
  const mcpServer = createMockMcpServer({
    url,
    tools: [ECHO_TOOL, whoami, ...more],
    ...options.mcpServer,
    authorization: { issuers: [issuer], check: authorizationServer.check, scopes },
    faults,
  });
  return {
    url,
    issuer,
    profile: facts,
    authorizationServer,
    mcpServer,
    hosts: { [new URL(url).origin]: mcpServer.handler, [authOrigin]: authorizationServer.handler },
    client,
  };
}
