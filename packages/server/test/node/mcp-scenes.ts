// Scenes that many tests of the engine begin with: an open server, a protected one, a sign-in, a network that waits.
import {
  approve,
  createMockAuthorizationServer,
  createMockMcpServer,
  type FetchHandler,
  type MockMcpServerOptions,
} from "@agents-internal/testing";
import type { McpError } from "../../src/mcp/errors.ts";
import { createMcpHost, type McpHost } from "./mcp-host.ts";

export const MCP = "https://mcp.example";
export const MCP_URL = `${MCP}/mcp`;
export const ISSUER = "https://as.example";

export function openServer(options: Partial<MockMcpServerOptions> = {}) {
  const server = createMockMcpServer({ url: MCP_URL, ...options });
  return { server, host: createMcpHost({ [MCP]: server.handler }) };
}

export function protectedServer(options: Partial<MockMcpServerOptions> & { readonly scopes?: readonly string[] } = {}) {
  const { scopes, ...rest } = options;
  const as = createMockAuthorizationServer({ issuer: ISSUER });
  const authorization = { issuers: [ISSUER], check: as.check, ...(scopes && { scopes }) };
  const server = createMockMcpServer({ url: MCP_URL, authorization, ...rest });
  return { as, server, host: createMcpHost({ [MCP]: server.handler, [ISSUER]: as.handler }) };
}

/** Consent to a sign-in that is open, as its person. */
export async function consent(host: McpHost, authUrl: string) {
  const end = await approve(authUrl, { fetch: (request) => host.network.fetch(request), browser: host.browser });
  await host.mcp.waitForConnections();
  return end;
}

export async function signIn(host: McpHost, name = "mock") {
  const result = await host.add(name, MCP_URL);
  if (result.state !== "authenticating") throw new Error(`expected a sign-in, got ${result.state}`);
  return { id: result.id, end: await consent(host, result.authUrl) };
}

/** What a promise rejected with. */
export const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => {
      throw new Error("expected a rejection");
    },
    (error: unknown) => error as McpError,
  );

/**
 * A host whose requests wait, once `stop` is called, until they are let through; or, `late`, are handled at once and
 * whose answers wait.
 */
export function gate(handler: FetchHandler, stops: (request: Request) => boolean | Promise<boolean>, late = false) {
  let open = true;
  let release = (): void => undefined;
  let released = Promise.resolve();
  let arrived = (): void => undefined;
  let first = Promise.resolve();
  return {
    handler: (async (request) => {
      const waits = !open && (await stops(request.clone()));
      const early = waits && late ? await handler(request) : null;
      if (waits) {
        arrived();
        await released;
      }
      return early ?? handler(request);
    }) satisfies FetchHandler,
    /** From now on requests wait. Resolves when the first one does. */
    stop(): Promise<void> {
      open = false;
      released = new Promise((resolve) => (release = resolve));
      first = new Promise((resolve) => (arrived = resolve));
      return first;
    },
    go(): void {
      open = true;
      release();
    },
  };
}

/** Whether a request to an MCP server calls this method. */
export const asks = (method: string) => async (request: Request) => (await request.text()).includes(`"${method}"`);
