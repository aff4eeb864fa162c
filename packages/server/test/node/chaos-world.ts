// A world in which everything goes wrong when told to: five servers, their providers, and an agent that forgets for real.
import {
  createMockAuthorizationServer,
  createMockMcpServer,
  ECHO_TOOL,
  type FetchHandler,
  type McpServerFault,
  type MockAuthorizationServer,
  type MockMcpServer,
  type MockMcpServerOptions,
} from "@agents-internal/testing";
import type { SqlDatabase } from "../../src/sql/database.ts";
import { createGrantLedger, type GrantLedger } from "./grant-ledger.ts";
import { createMcpHost, type McpHost } from "./mcp-host.ts";

/** Thrown at what an evicted agent still has under way: its memory is gone, so nobody hears of it. */
export class Evicted extends Error {
  override readonly name = "Evicted";
}

export interface Place {
  readonly name: string;
  readonly url: string;
  readonly server: MockMcpServer;
  readonly provider: MockAuthorizationServer | null;
  readonly grants: GrantLedger | null;
  /** How its hosts answer now. */
  mood: "well" | "gone" | "late";
}

export interface ChaosWorld {
  readonly host: McpHost;
  readonly places: readonly Place[];
  /** Answers that are held back, oldest first. */
  readonly held: (() => void)[];
  /** Resolves when the agent of now is evicted. */
  readonly eviction: () => Promise<void>;
  evict(): void;
  /** Everybody is well again, and what was held back arrives. */
  heal(): void;
}

/** The ones after which a server may be used again as soon as they end. */
export const FAULTS: readonly McpServerFault[] = [
  "html",
  "http-500",
  "http-404",
  "http-405",
  "redirect",
  "cut-body",
  "not-json-rpc",
  "wrong-version",
  "hang",
  "session-lost",
  "session-lost-400",
  "no-stream",
  "endless-pages",
  "broken-tools",
  "bare-challenge",
  "no-metadata",
];

const KINDS: readonly (Partial<MockMcpServerOptions> & { readonly name: string; readonly guarded?: boolean })[] = [
  { name: "old" },
  { name: "new", era: "modern" },
  { name: "both", era: "both", answers: "sse" },
  { name: "guarded", guarded: true },
  { name: "rotating", era: "modern", guarded: true },
];

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

export function createChaosWorld(): ChaosWorld {
  const held: (() => void)[] = [];
  const hosts: Record<string, FetchHandler> = {};
  const now = (): number => host.ports.clock.now();

  const places = KINDS.map(({ name, guarded, ...options }): Place => {
    const origin = `https://${name}.example`;
    const issuer = `https://${name}-as.example`;
    const url = `${origin}/mcp`;
    const provider = guarded ? createMockAuthorizationServer({ issuer, clock: { now, sleep: never } }) : null;
    if (name === "rotating") provider?.quirks.add("refresh-rotation");
    const grants = provider && createGrantLedger(provider);
    const authorization = grants && { issuers: [issuer], check: grants.check };
    const server = createMockMcpServer({
      url,
      name,
      tools: [ECHO_TOOL],
      ...options,
      ...(authorization && { authorization }),
    });
    const place: Place = { name, url, server, provider, grants, mood: "well" };
    const moody =
      (handler: (request: Request, arrives: boolean) => ReturnType<FetchHandler>): FetchHandler =>
      async (request) => {
        if (place.mood === "gone") {
          // A grant that cannot be given back stays, and nobody can help it.
          if (new URL(request.url).pathname === "/revoke") grants?.forgiveAll();
          throw new TypeError("fetch failed");
        }
        const response = await handler(request, place.mood === "well");
        if (place.mood === "late") await new Promise<void>((resolve) => held.push(resolve));
        return response;
      };
    hosts[origin] = moody((request) => server.handler(request));
    if (grants) hosts[issuer] = moody(grants.handle);
    return place;
  });

  const host = createMcpHost(hosts);
  const { sql, fetch } = host.ports;
  let end = (): void => undefined;
  let eviction: Promise<void> = Promise.resolve();

  /** What the next agent is given ends with it: answers reach it no more, and it writes nothing any more. */
  function evict(): void {
    end();
    for (const { grants } of places) grants?.forgive();
    let over = false;
    eviction = new Promise((resolve) => {
      end = () => {
        over = true;
        resolve();
      };
    });
    const check = (): void => {
      if (over) throw new Evicted();
    };
    const own: SqlDatabase = {
      all: (query, ...bindings) => (check(), sql.all(query, ...bindings)),
      run: (query, ...bindings) => (check(), sql.run(query, ...bindings)),
      transaction: (work) => (check(), sql.transaction(work)),
    };
    Object.assign(host.ports, {
      sql: own,
      fetch: async (request: Request) => {
        const response = await fetch(request);
        return over ? never<Response>() : response;
      },
    });
    host.evict();
  }
  evict();

  return {
    host,
    places,
    held,
    eviction: () => eviction,
    evict,
    heal() {
      for (const place of places) {
        place.mood = "well";
        place.server.faults.clear();
        for (const quirk of ["token-error-500", "refresh-refused"] as const) place.provider?.quirks.delete(quirk);
      }
      for (const release of held.splice(0)) release();
    },
  };
}
