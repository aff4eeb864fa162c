// Providers that fail one check each: a named failure, and with the exception it names a sign-in that works and says so.
import {
  type AuthorizationServerQuirk,
  createMockAuthorizationServer,
  createMockMcpServer,
  type McpServerFault,
} from "@agents-internal/testing";
import { describe, expect, test } from "vitest";
import type { OAuthExceptions, OAuthOptions } from "../../src/mcp/options.ts";
import { createMcpHost, type McpHost } from "./mcp-host.ts";
import { consent, ISSUER, MCP, MCP_URL } from "./mcp-scenes.ts";

interface Case {
  readonly name: keyof OAuthExceptions;
  readonly code: string;
  readonly quirks?: readonly AuthorizationServerQuirk[];
  readonly faults?: readonly McpServerFault[];
  readonly exceptions: OAuthExceptions;
  /** Registered by hand: then nothing is assumed. */
  readonly configured?: true;
}

const CASES: readonly Case[] = [
  {
    name: "issuerAlias",
    code: "issuer-not-identical",
    quirks: ["issuer-mismatch"],
    exceptions: { issuerAlias: { named: ISSUER, published: "https://somebody-else.example" } },
  },
  {
    name: "prefixResource",
    code: "resource-prefix",
    faults: ["prefix-resource"],
    exceptions: { prefixResource: MCP },
  },
  {
    name: "unadvertisedPkce",
    code: "pkce-unadvertised",
    quirks: ["pkce-not-advertised"],
    exceptions: { unadvertisedPkce: true },
  },
  {
    name: "omitResource",
    code: "resource-refused",
    quirks: ["resource-refused"],
    exceptions: { omitResource: true },
  },
  {
    name: "omitResource",
    code: "resource-refused",
    quirks: ["resource-refused-entra"],
    exceptions: { omitResource: true },
  },
  {
    name: "noResourceMetadata",
    code: "resource-metadata-missing",
    faults: ["no-metadata", "bare-challenge"],
    exceptions: { noResourceMetadata: { issuer: ISSUER } },
    configured: true,
  },
];

function scene({ quirks = [], faults = [] }: Case) {
  const clients = [{ clientId: "by-hand", redirectUris: ["https://app.example/agents/test-agent/test/callback"] }];
  const as = createMockAuthorizationServer({ issuer: ISSUER, quirks, clients, scopesSupported: ["offline_access"] });
  const authorization = { issuers: [ISSUER], check: as.check };
  const server = createMockMcpServer({ url: MCP_URL, authorization, faults });
  return { as, host: createMcpHost({ [MCP]: server.handler, [ISSUER]: as.handler }) };
}

const optionsOf = ({ configured }: Case, exceptions?: OAuthExceptions): OAuthOptions => ({
  ...(configured && { client: { clientId: "by-hand" } }),
  ...(exceptions && { exceptions }),
});

/** Add, sign in where that is asked for, and say how it ended. */
async function outcome(host: McpHost, oauth: OAuthOptions, name = "mock"): Promise<string> {
  try {
    const { authUrl } = await host.add(name, MCP_URL, { oauth });
    if (authUrl) await consent(host, authUrl);
  } catch {
    // How it ended is in the state.
  }
  const { state, error_code } = host.server(name);
  return error_code ?? state;
}

describe.each(CASES)("$name for a server that says $code ($quirks.0 $faults.0)", (each) => {
  test("without it the failure is named", async () => {
    const { host } = scene(each);
    expect(await outcome(host, optionsOf(each))).toBe(each.code);
    const { id = "" } = host.mcp.listServers()[0] ?? {};
    const told = host.mcp.getTimeline(id);
    expect(told.some(({ code }) => code === each.code)).toBe(true);
    expect(told.some(({ step }) => step === "exception-used")).toBe(false);
    expect(host.server()).not.toHaveProperty("auth_exceptions");
  });

  test("with it the sign-in works, is renewed, and the state and the timeline say what was given up", async () => {
    const { host, as } = scene(each);
    expect(await outcome(host, optionsOf(each, each.exceptions))).toBe("ready");
    const { id = "" } = host.mcp.listServers()[0] ?? {};
    expect(host.server().auth_exceptions).toEqual([each.name]);
    expect(host.mcp.getTimeline(id).find(({ step }) => step === "exception-used")).toMatchObject({
      detail: each.name,
    });
    host.evict();
    expect(host.server().auth_exceptions).toEqual([each.name]);
    const before = as.tokenRequests.length;
    host.ports.advance(3_600_000);
    await host.mcp.callTool({ serverId: id, name: "echo" });
    expect(as.tokenRequests.length).toBe(before + 1);
    const sentResource = as.tokenRequests.some(({ resource }) => resource !== undefined);
    expect(sentResource).toBe(each.name !== "omitResource");
  });

  test("granted to another entry, even of the same address, it changes nothing here", async () => {
    const { host } = scene(each);
    expect(await outcome(host, optionsOf(each, each.exceptions), "other")).toBe("ready");
    expect(await outcome(host, optionsOf(each))).toBe(each.code);
  });
});

test("an exception that is not needed is not used", async () => {
  const { host } = scene({ name: "unadvertisedPkce", code: "", exceptions: {} });
  const exceptions = { unadvertisedPkce: true, noResourceMetadata: { issuer: ISSUER }, prefixResource: MCP };
  expect(await outcome(host, { exceptions })).toBe("ready");
  expect(host.server()).not.toHaveProperty("auth_exceptions");
});

test.each(["metadata-401", "metadata-403"] as const)("needs no exception: %s", async (fault) => {
  const { host } = scene({ name: "noResourceMetadata", code: "", faults: [fault], exceptions: {} });
  expect(await outcome(host, {})).toBe("ready");
  const { id = "" } = host.mcp.listServers()[0] ?? {};
  const probes = host.mcp.getTimeline(id).filter(({ step }) => step === "probe");
  expect(probes.map(({ url, status, detail }) => [url, status, detail])).toEqual([
    [
      `${MCP}/.well-known/oauth-protected-resource/mcp`,
      fault === "metadata-401" ? 401 : 403,
      `protected resource: ${fault === "metadata-401" ? "no description" : "forbidden"}`,
    ],
    [`${MCP}/.well-known/oauth-protected-resource`, 200, "protected resource: taken"],
    [`${ISSUER}/.well-known/oauth-authorization-server`, 200, "authorization server: taken"],
  ]);
});
