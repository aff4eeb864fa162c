// An MCP server without a socket, of either era, with one switch for each way real ones fail.
import type { JsonObject, ResourceTemplate } from "@agents-internal/protocol";
import { createGatekeeper, type MockAuthorization } from "./mcp/authorization.ts";
import type { McpServerSwitch } from "./mcp/faults.ts";
import { createLegacyEra } from "./mcp/legacy-era.ts";
import { createModernEra, isModern, refuseOlder } from "./mcp/modern-era.ts";
import { ECHO_TOOL, type MockPrompt, type MockResource, type MockTool, type Offer } from "./mcp/offer.ts";
import { spoil } from "./mcp/reply.ts";
import { readMessage } from "./mcp/rpc.ts";
import type { FetchHandler } from "./mock-network.ts";

export interface MockMcpServerOptions {
  /** The endpoint, for example `https://mcp.example/mcp`. */
  readonly url: string;
  /** `legacy`: up to 2025-11-25 (default). `modern`: 2026-07-28 only. `both`: whatever the client speaks. */
  readonly era?: "legacy" | "modern" | "both";
  /** How requests are answered; default `json`. */
  readonly answers?: "json" | "sse";
  /** Legacy only; default true. */
  readonly sessions?: boolean;
  readonly name?: string;
  readonly instructions?: string;
  /** Default: one tool, `echo`. */
  readonly tools?: readonly MockTool[];
  readonly prompts?: readonly MockPrompt[];
  readonly resources?: readonly MockResource[];
  readonly resourceTemplates?: readonly ResourceTemplate[];
  /** Items on one page of a list; default: all. */
  readonly pageSize?: number;
  readonly faults?: readonly McpServerSwitch[];
  /** Bytes of padding with the fault `huge`; default 20 MB. */
  readonly hugeBytes?: number;
  /** Modern only: how long lists may be kept, in ms; default 0. */
  readonly ttlMs?: number;
  /** Ask for a token. Without it everybody is let in. */
  readonly authorization?: MockAuthorization;
  /** Ask for a fixed header instead, and answer 401 without it. */
  readonly requireHeader?: { readonly name: string; readonly value: string };
}

export interface MockMcpServer {
  readonly url: string;
  readonly handler: FetchHandler;
  /** Add and delete while the test runs. */
  readonly faults: Set<McpServerSwitch>;
  /** Requests and notifications that got past authorization, oldest first. */
  readonly received: readonly { readonly method: string; readonly params: JsonObject }[];
  readonly sessionCount: number;
  /** Streams that are open for announcements. */
  readonly streamCount: number;
  /** Replace a part of what is offered, and announce it to whoever listens. */
  change(part: Partial<Offer>): void;
  /** Forget all sessions and end their streams. Returns how many there were. */
  dropSessions(): number;
  /** Modern only: forget all tasks, as a restart may. Returns how many there were. */
  forgetTasks(): number;
}

const ANNOUNCEMENTS: Readonly<Record<keyof Offer, string>> = {
  tools: "notifications/tools/list_changed",
  prompts: "notifications/prompts/list_changed",
  resources: "notifications/resources/list_changed",
  resourceTemplates: "notifications/resources/list_changed",
};

export function createMockMcpServer(options: MockMcpServerOptions): MockMcpServer {
  const { url, era = "legacy" } = options;
  const faults = new Set(options.faults);
  const received: { method: string; params: JsonObject }[] = [];
  const offer: Offer = {
    tools: options.tools ?? [ECHO_TOOL],
    prompts: options.prompts ?? [],
    resources: options.resources ?? [],
    resourceTemplates: options.resourceTemplates ?? [],
  };
  const common = {
    offer,
    faults,
    pageSize: options.pageSize ?? Number.MAX_SAFE_INTEGER,
    answers: options.answers ?? "json",
    hugeBytes: options.hugeBytes ?? 20_000_000,
    serverInfo: { name: options.name ?? "mock", version: "1.0.0" },
    instructions: options.instructions,
  };
  const legacy = createLegacyEra({ ...common, sessions: options.sessions ?? true });
  const modern = createModernEra({ ...common, ttlMs: options.ttlMs ?? 0 });
  const gate = createGatekeeper(url, options.authorization, faults);

  const post = async (request: Request, granted: readonly string[] | "anonymous"): Promise<Response> => {
    const message = readMessage(await request.text());
    if (message.kind === "request" || message.kind === "notification") {
      received.push({ method: message.method, params: message.params });
      const tool =
        message.method === "tools/call" ? offer.tools.find(({ name }) => name === message.params.name) : undefined;
      const needed = tool?.requiredScopes ?? [];
      if (granted === "anonymous") {
        if (needed.length > 0) return gate.signInRequired(needed);
      } else {
        const missing = needed.filter((scope) => !granted.includes(scope));
        if (missing.length > 0) return gate.insufficientScope([...granted, ...missing]);
      }
    }
    const claimsModern = isModern(request, message);
    if (era === "modern" && !claimsModern) return refuseOlder(message);
    return era !== "legacy" && claimsModern ? modern.handle(request, message) : legacy.handle(request, message);
  };

  return {
    url,
    faults,
    received,
    async handler(request) {
      const metadata = gate.metadata(request);
      if (metadata !== undefined) return metadata;
      if (new URL(request.url).pathname !== new URL(url).pathname) return new Response("Not found", { status: 404 });
      const { requireHeader } = options;
      if (requireHeader !== undefined && request.headers.get(requireHeader.name) !== requireHeader.value)
        return new Response(null, { status: 401 });
      const verdict = gate.examine(request);
      if (verdict.kind === "refused") return verdict.response;
      const spoiled = spoil(request, faults);
      if (spoiled !== undefined) return spoiled;
      if (request.method === "POST") return post(request, verdict.scopes);
      if (era === "modern") return new Response("Method not allowed", { status: 405, headers: { allow: "POST" } });
      if (request.method === "DELETE") return legacy.end(request);
      return request.method === "GET" ? legacy.stream(request) : new Response(null, { status: 405 });
    },
    get sessionCount() {
      return legacy.sessionCount;
    },
    get streamCount() {
      return legacy.streamCount + modern.streamCount;
    },
    change(part) {
      Object.assign(offer, part);
      for (const method of new Set(Object.keys(part).map((key) => ANNOUNCEMENTS[key as keyof Offer]))) {
        legacy.announce(method);
        modern.announce(method);
      }
    },
    dropSessions: () => legacy.dropSessions(),
    forgetTasks: () => modern.forgetTasks(),
  };
}
