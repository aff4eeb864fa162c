// Streamable HTTP of 2026-07-28: no handshake, no sessions, every request says which revision it speaks.
import type { CallToolResult, JsonObject } from "@agents-internal/protocol";
import { type EventStream, openEventStream } from "./event-stream.ts";
import { callTool, capabilitiesOf } from "./offer.ts";
import { reply, type ReplyOptions } from "./reply.ts";
import { failureOf, type Incoming, isObject, notificationOf, RpcFailure, type RpcId } from "./rpc.ts";
import { createMockTasks } from "./tasks.ts";

export const MODERN_VERSION = "2026-07-28";
const META = "io.modelcontextprotocol/";
/** Results that say how long they may be kept. */
const CACHEABLE = new Set([
  "server/discover",
  "tools/list",
  "prompts/list",
  "resources/list",
  "resources/templates/list",
  "resources/read",
]);
/** Notification → the field of a subscription's filter that asks for it. */
const FILTERS: Readonly<Record<string, string>> = {
  "notifications/tools/list_changed": "toolsListChanged",
  "notifications/prompts/list_changed": "promptsListChanged",
  "notifications/resources/list_changed": "resourcesListChanged",
};

export interface ModernEra {
  handle(request: Request, message: Incoming): Promise<Response>;
  announce(method: string): void;
  /** Returns how many there were. */
  forgetTasks(): number;
  readonly streamCount: number;
}

export interface ModernEraOptions extends Omit<ReplyOptions, "own" | "finish"> {
  readonly serverInfo: JsonObject;
  readonly instructions: string | undefined;
  /** ms that lists may be kept */
  readonly ttlMs: number;
}

/** Whether a message claims to be of this era. */
export function isModern(request: Request, message: Incoming): boolean {
  if (request.headers.get("mcp-protocol-version") === MODERN_VERSION) return true;
  return (
    (message.kind === "request" || message.kind === "notification") && claimedVersion(message.params) !== undefined
  );
}

export function createModernEra(options: ModernEraOptions): ModernEra {
  const { faults, offer, serverInfo } = options;
  const subscriptions = new Map<EventStream, { readonly id: RpcId; readonly filter: JsonObject }>();

  const tasks = createMockTasks();
  const own = (method: string, params: JsonObject): JsonObject | undefined => {
    if (method === "server/discover")
      return {
        supportedVersions: [faults.has("wrong-version") ? "1999-12-31" : MODERN_VERSION],
        capabilities: capabilitiesOf(offer) as JsonObject,
        ...(options.instructions === undefined ? {} : { instructions: options.instructions }),
      };
    const tool = method === "tools/call" ? offer.tools.find(({ name }) => name === params.name) : undefined;
    if (tool?.asTask === undefined) return tasks.own(method, params);
    return tasks.create(params, tool.asTask, async (task) => {
      const call = { headers: new Headers(), signal: task.signal, progress: () => undefined, task };
      return (await callTool(params, call, offer)) as unknown as CallToolResult;
    });
  };
  const finish = (method: string, result: JsonObject): JsonObject => ({
    ...result,
    ...(faults.has("no-result-type") ? {} : { resultType: result.resultType ?? "complete" }),
    ...(CACHEABLE.has(method) ? { ttlMs: options.ttlMs, cacheScope: "private" } : {}),
    _meta: { ...(isObject(result._meta) ? result._meta : {}), [`${META}serverInfo`]: serverInfo },
  });
  const listen = (request: Request, id: RpcId, params: JsonObject): Response => {
    const filter = isObject(params.notifications) ? params.notifications : {};
    const stream = openEventStream(request.signal, () => void subscriptions.delete(stream));
    subscriptions.set(stream, { id, filter });
    stream.send(
      notificationOf("notifications/subscriptions/acknowledged", {
        notifications: filter,
        _meta: { [`${META}subscriptionId`]: id },
      }),
    );
    return stream.response;
  };

  return {
    async handle(request, message) {
      if (message.kind === "notification") return new Response(null, { status: 202 });
      if (message.kind !== "request") return refuse(null, -32600, "Invalid request");
      const { id, method, params } = message;
      const version = claimedVersion(params);
      if (
        version === undefined ||
        !isObject(isObject(params._meta) ? params._meta[`${META}clientCapabilities`] : undefined)
      ) {
        return refuse(id, -32602, `_meta lacks ${META}protocolVersion or ${META}clientCapabilities`);
      }
      if (version !== MODERN_VERSION)
        return refuse(id, -32022, "Unsupported protocol version", { supported: [MODERN_VERSION], requested: version });
      const mismatch = headerMismatch(request, version, method, params);
      if (mismatch !== undefined) return refuse(id, -32020, `The header ${mismatch} disagrees with the body`);
      if (method === "subscriptions/listen" && !faults.has("no-stream")) return listen(request, id, params);
      if (method === "initialize") return refuse(id, -32601, "Method not found");
      return reply(request, message, {}, { ...options, own, finish });
    },
    announce(method) {
      for (const [stream, { id, filter }] of subscriptions) {
        if (filter[FILTERS[method] ?? ""] === true)
          stream.send(notificationOf(method, { _meta: { [`${META}subscriptionId`]: id } }));
      }
    },
    forgetTasks: () => tasks.forget(),
    get streamCount() {
      return subscriptions.size;
    },
  };
}

/** For servers of this era only: the refusal of anything older, naming what is spoken here. */
export function refuseOlder(message: Incoming): Response {
  if (message.kind === "notification") return new Response(null, { status: 202 });
  const requested = message.kind === "request" ? String(message.params.protocolVersion ?? "unknown") : "unknown";
  return refuse(message.kind === "request" ? message.id : null, -32022, "Unsupported protocol version", {
    supported: [MODERN_VERSION],
    requested,
  });
}

function claimedVersion(params: JsonObject): string | undefined {
  const version = isObject(params._meta) ? params._meta[`${META}protocolVersion`] : undefined;
  return typeof version === "string" ? version : undefined;
}

/** The first standard header that is missing or says something else than the body (SEP-2243). */
function headerMismatch(request: Request, version: string, method: string, params: JsonObject): string | undefined {
  const named: Readonly<Record<string, unknown>> = {
    "tools/call": params.name,
    "prompts/get": params.name,
    "resources/read": params.uri,
    "tasks/get": params.taskId,
    "tasks/update": params.taskId,
    "tasks/cancel": params.taskId,
  };
  const wanted: Readonly<Record<string, unknown>> = {
    "mcp-protocol-version": version,
    "mcp-method": method,
    ...(method in named ? { "mcp-name": named[method] } : {}),
  };
  return Object.keys(wanted).find((name) => request.headers.get(name) !== String(wanted[name]));
}

function refuse(id: RpcId | null, code: number, message: string, data?: JsonObject): Response {
  return Response.json(failureOf(id, new RpcFailure(code, message, data)), { status: 400 });
}
