// Streamable HTTP up to 2025-11-25: a handshake, sessions, and a GET stream for what the server has to say.
import type { JsonObject } from "@agents-internal/protocol";
import { type EventStream, openEventStream } from "./event-stream.ts";
import { capabilitiesOf } from "./offer.ts";
import { reply, type ReplyOptions } from "./reply.ts";
import { failureOf, type Incoming, notificationOf, RpcFailure } from "./rpc.ts";

const VERSIONS = ["2025-11-25", "2025-06-18", "2025-03-26"];

export interface LegacyEra {
  handle(request: Request, message: Incoming): Promise<Response>;
  stream(request: Request): Response;
  end(request: Request): Response;
  announce(method: string): void;
  dropSessions(): number;
  readonly sessionCount: number;
  readonly streamCount: number;
}

export interface LegacyEraOptions extends Omit<ReplyOptions, "own" | "finish"> {
  readonly serverInfo: JsonObject;
  readonly instructions: string | undefined;
  /** Whether sessions are used at all. */
  readonly sessions: boolean;
}

export function createLegacyEra(options: LegacyEraOptions): LegacyEra {
  const { faults, offer } = options;
  const sessions = new Map<string, Set<EventStream>>();
  /** Streams of clients without a session. */
  const loose = new Set<EventStream>();

  const own = (method: string, params: JsonObject): JsonObject | undefined => {
    if (method !== "initialize") return undefined;
    const asked = String(params.protocolVersion);
    const version = VERSIONS.includes(asked) ? asked : (VERSIONS[0] ?? asked);
    return {
      protocolVersion: faults.has("wrong-version") ? "1999-12-31" : version,
      capabilities: capabilitiesOf(offer) as JsonObject,
      serverInfo: options.serverInfo,
      ...(options.instructions === undefined ? {} : { instructions: options.instructions }),
    };
  };
  /** What is wrong with the request's session, if anything is. */
  const refuseSession = (request: Request): Response | undefined => {
    if (!options.sessions) return undefined;
    const id = request.headers.get("mcp-session-id");
    const lost = faults.has("session-lost") || faults.has("session-lost-400");
    if (id !== null && sessions.has(id) && !lost) return undefined;
    const status = id === null || faults.has("session-lost-400") ? 400 : 404;
    return Response.json(failureOf(null, new RpcFailure(-32001, "Session not found")), { status });
  };

  return {
    async handle(request, message) {
      if (message.kind === "invalid")
        return Response.json(failureOf(null, new RpcFailure(-32700, "Parse error")), { status: 400 });
      const handshake = message.kind === "request" && message.method === "initialize";
      const begins = message.kind === "notification" && message.method === "notifications/initialized";
      const refusal = handshake || begins ? undefined : refuseSession(request);
      if (refusal !== undefined) return refusal;
      if (message.kind !== "request") return new Response(null, { status: 202 });
      const headers: Record<string, string> = {};
      if (handshake && options.sessions) {
        headers["mcp-session-id"] = crypto.randomUUID();
        sessions.set(headers["mcp-session-id"], new Set());
      }
      return reply(request, message, headers, { ...options, own, finish: (_method, result) => result });
    },
    stream(request) {
      const refusal = refuseSession(request);
      if (refusal !== undefined) return refusal;
      if (faults.has("no-stream"))
        return new Response("Method not allowed", { status: 405, headers: { allow: "POST" } });
      const streams = sessions.get(request.headers.get("mcp-session-id") ?? "") ?? loose;
      const stream = openEventStream(request.signal, () => void streams.delete(stream));
      streams.add(stream);
      return stream.response;
    },
    end(request) {
      const id = request.headers.get("mcp-session-id") ?? "";
      for (const stream of sessions.get(id) ?? []) stream.close();
      return new Response(null, { status: sessions.delete(id) ? 200 : 404 });
    },
    announce(method) {
      for (const stream of [...loose, ...[...sessions.values()].flatMap((streams) => [...streams])])
        stream.send(notificationOf(method));
    },
    dropSessions() {
      const { size } = sessions;
      for (const stream of [...sessions.values()].flatMap((streams) => [...streams])) stream.close();
      sessions.clear();
      return size;
    },
    get sessionCount() {
      return sessions.size;
    },
    get streamCount() {
      return loose.size + [...sessions.values()].reduce((sum, streams) => sum + streams.size, 0);
    },
  };
}
