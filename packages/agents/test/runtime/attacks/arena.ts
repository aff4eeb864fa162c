// One running agent Worker, hostile hosts around it, and taps on everything that gets out.
import {
  createMockAuthorizationServer,
  createMockMcpServer,
  createMockNetwork,
  type AuthorizationServerQuirk,
  type MockAuthorizationServer,
  type MockMcpServer,
  type MockMcpServerOptions,
  type RecordedRequest,
} from "@agents-internal/testing";
import { type Runtime, startRuntime } from "../runtime.ts";
import { alias } from "./surface.ts";
import { createVictim, type Victim } from "./victim.ts";

export type Answer = (request: Request) => Response | Promise<Response> | undefined;

/** What two otherwise honest hosts say instead, by the kind of request. */
export interface Script {
  readonly mcp?: Answer;
  readonly prm?: Answer;
  /** Fields of the authorization server's metadata, or another answer. */
  readonly metadata?: Readonly<Record<string, unknown>> | Answer;
  readonly register?: Answer;
  readonly token?: Answer;
  readonly quirks?: readonly AuthorizationServerQuirk[];
  /** Default `/mcp`. */
  readonly path?: string;
  readonly server?: Partial<MockMcpServerOptions>;
}

/** An MCP server and the authorization server in front of it. */
export interface Party {
  readonly url: string;
  readonly origin: string;
  readonly issuer: string;
  readonly mcp: MockMcpServer;
  readonly as: MockAuthorizationServer;
  readonly requests: readonly RecordedRequest[];
}

export interface Arena {
  readonly runtime: Runtime;
  /** Everything the Worker answered, and every frame it sent. */
  readonly seen: string[];
  /** Tokens, client secrets, codes, verifiers and states there have been. */
  readonly secrets: Set<string>;
  readonly requests: readonly RecordedRequest[];
  /** A fresh origin without anything on it. */
  origin(label: string): string;
  /** An address inside that nobody else was sent to. */
  inside(): string;
  route(origin: string, answer: Answer): void;
  party(script?: Script): Party;
  victim(agent?: "target" | "sampled" | "redirecting" | "watched"): Victim;
  /** The outside world as a browser reaches it. */
  surf(url: string): Promise<Response>;
  /** What reached a host. */
  sentTo(origin: string): readonly RecordedRequest[];
  setClock(aheadMs: number): Promise<void>;
}

const SECRET_FIELDS = ["access_token", "refresh_token", "client_secret", "code", "code_verifier", "state"] as const;
export const KEYS = `k1:${Buffer.alloc(32, 9).toString("base64")}`;

/** The operator's table of clients, by host. */
export const OPERATOR = { "known.example": { clientId: "operator", clientSecret: "canary-operator-secret" } } as const;

export async function startArena(): Promise<Arena> {
  const network = createMockNetwork();
  const runtime = await startRuntime({
    entry: new URL("../fixtures/target.js", import.meta.url).pathname,
    classes: ["Target", "Sampled", "Redirecting", "Watched", "Hidden"],
    internet: (request) => network.fetch(request),
    bindings: { AGENTS_VAULT_KEYS: KEYS, AGENTS_OAUTH_CLIENTS: JSON.stringify(OPERATOR) },
    alias,
  });
  const secrets = new Set<string>();
  const seen: string[] = [];
  let hosts = 0;
  let ahead = 0;
  // Providers and the Worker live in the same time.
  const clock = { now: () => Date.now() + ahead, sleep: (ms: number) => new Promise<void>((r) => setTimeout(r, ms)) };

  const learn = (fields: Readonly<Record<string, unknown>>) => {
    for (const name of SECRET_FIELDS) {
      const value = fields[name];
      if (typeof value === "string" && value.length > 8) secrets.add(value);
    }
  };
  const learning = (handler: Answer) => async (request: Request) => {
    learn(Object.fromEntries(new URL(request.url).searchParams));
    if (request.method === "POST") learn(Object.fromEntries(new URLSearchParams(await request.clone().text())));
    const response = (await handler(request)) ?? new Response(null, { status: 404 });
    const location = response.headers.get("location");
    if (location !== null && URL.canParse(location)) learn(Object.fromEntries(new URL(location).searchParams));
    const isJson = response.headers.get("content-type")?.includes("json");
    if (isJson && /\/(?:token|register)$/.test(request.url)) learn(await jsonOf(response.clone()));
    return response;
  };

  const arena: Arena = {
    runtime,
    seen,
    secrets,
    requests: network.requests,
    origin: (label) => `https://${label}-${(hosts += 1)}.example`,
    inside: () => `http://169.254.${(hosts += 1) >> 8}.${hosts & 255}`,
    route: (origin, answer) =>
      network.route(origin, async (r) => (await answer(r)) ?? new Response(null, { status: 404 })),
    sentTo: (origin) => network.requests.filter(({ url }) => new URL(url).origin === origin),
    victim: (agent = "target") => createVictim(arena, `/agents/${agent}/v${(hosts += 1)}`),
    surf: (url) => network.fetch(url, { redirect: "manual" }),
    async setClock(by) {
      ahead = by;
      await runtime.fetch(`/clock?ahead=${ahead}`);
    },
    party(script = {}) {
      const origin = arena.origin("mcp");
      const issuer = arena.origin("as");
      const url = `${origin}${script.path ?? "/mcp"}`;
      const as = createMockAuthorizationServer({ issuer, consent: "approve", clock, ...pick(script.quirks) });
      const authorization = { issuers: [issuer], check: as.check };
      const mcp = createMockMcpServer({ url, authorization, ...script.server });
      network.route(origin, async (request) => {
        const isPrm = new URL(request.url).pathname.startsWith("/.well-known/oauth-protected-resource");
        return (await (isPrm ? script.prm : script.mcp)?.(request)) ?? mcp.handler(request);
      });
      network.route(
        issuer,
        learning((request) => answerAs(request, as, script)),
      );
      return {
        url,
        origin,
        issuer,
        mcp,
        as,
        get requests() {
          return network.requests.filter((each) => [origin, issuer].includes(new URL(each.url).origin));
        },
      };
    },
  };
  return arena;
}

const pick = (quirks: Script["quirks"]) => (quirks === undefined ? {} : { quirks });

/** The body of an answer of ours, which is an object. */
export const jsonOf = async (response: Response) => (await response.json()) as Record<string, unknown>;

async function answerAs(request: Request, as: MockAuthorizationServer, script: Script): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === "/register") return (await script.register?.(request)) ?? as.handler(request);
  if (pathname === "/token") return (await script.token?.(request)) ?? as.handler(request);
  const { metadata } = script;
  if (!pathname.startsWith("/.well-known/") || metadata === undefined) return as.handler(request);
  if (typeof metadata === "function") return (await metadata(request)) ?? as.handler(request);
  const honest = await as.handler(request);
  return honest.ok ? Response.json({ ...(await jsonOf(honest)), ...metadata }) : honest;
}

export const redirectTo =
  (location: string, status = 307): Answer =>
  () =>
    new Response(null, { status, headers: { location } });
