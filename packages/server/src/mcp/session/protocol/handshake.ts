// Finds out what a server speaks, and agrees with it on a revision.
import type { JsonObject, ServerCapabilities } from "@agents-internal/protocol";
import { CLIENT_INFO } from "../../client-info.ts";
import { withDeadline } from "../../deadline.ts";
import { McpError } from "../../errors.ts";
import { isRecord } from "../../is-record.ts";
import type { RpcParams } from "../../transport/json-rpc.ts";
import type { Transport } from "../../transport/transport.ts";
import type { SessionFacts } from "../session.ts";
import type { Exchange } from "./exchange.ts";
import { common, envelopeOf, LEGACY_REVISIONS, MODERN_REVISIONS, SERVER_INFO_KEY } from "./revisions.ts";
import { RPC_CODES, RpcError } from "./rpc-error.ts";

const HANDSHAKE_MS = 30_000;
/** A server that has not answered the question of the modern era by then is asked the old way. */
const PROBE_MS = 10_000;

/** What server and client agreed upon. */
export type Agreement = Omit<SessionFacts, "transport" | "decidedAt">;

export interface HandshakeOptions {
  readonly exchange: Exchange;
  readonly transport: Transport;
  /** What is announced. */
  readonly capabilities: JsonObject;
}

/** The server is asked whether it is of the modern era, and then, where it does not say so, the old way. */
export async function negotiate(options: HandshakeOptions): Promise<Agreement> {
  return (await discover(options)) ?? initialize(options);
}

/** Legacy era: `initialize`. Rejects with `McpError` or `RpcError`. */
export async function initialize({ exchange, transport, capabilities }: HandshakeOptions): Promise<Agreement> {
  exchange.envelope = null;
  const offer = { protocolVersion: LEGACY_REVISIONS[0], capabilities, clientInfo: CLIENT_INFO };
  const result = await inTime(HANDSHAKE_MS, (signal) => exchange.request("initialize", offer, { signal }));
  const { protocolVersion } = result;
  const agreed = isRecord(result.capabilities) ? result.capabilities : null;
  if (typeof protocolVersion !== "string" || agreed === null) {
    throw new McpError("invalid-response", { detail: "It does not say what it is." });
  }
  if (!LEGACY_REVISIONS.includes(protocolVersion)) {
    throw new McpError("protocol-error", { detail: "It speaks a revision that is not known here." });
  }
  transport.agreed(protocolVersion);
  await exchange.notify("notifications/initialized");
  transport.listen();
  return { ...described(result, result.serverInfo, agreed), era: "legacy", protocolVersion, discover: null };
}

/** Go on with what was agreed before: nothing is sent. */
export function resume(
  { exchange, transport, capabilities }: HandshakeOptions,
  { era, protocolVersion, serverInfo, capabilities: theirs, instructions, discover: said }: SessionFacts,
): Agreement {
  exchange.envelope = era === "modern" ? envelopeOf(protocolVersion, capabilities) : null;
  transport.agreed(protocolVersion);
  if (transport.sessionId !== null) transport.listen();
  return { era, protocolVersion, serverInfo, capabilities: theirs, instructions, discover: said };
}

/** `null`: it is a server of the legacy era, as far as anybody can tell. */
async function discover({ exchange, transport, capabilities }: HandshakeOptions): Promise<Agreement | null> {
  let [revision] = MODERN_REVISIONS;
  for (let isFirst = true; ; isFirst = false) {
    exchange.envelope = envelopeOf(revision, capabilities);
    try {
      const result = await inTime(PROBE_MS, (signal) => exchange.request("server/discover", {}, { signal }));
      const protocolVersion = common(MODERN_REVISIONS, result.supportedVersions);
      if (protocolVersion === null || !isRecord(result.capabilities)) return null;
      exchange.envelope = envelopeOf(protocolVersion, capabilities);
      transport.agreed(protocolVersion);
      const info = isRecord(result._meta) ? result._meta[SERVER_INFO_KEY] : undefined;
      const said = described(result, info, result.capabilities);
      return { ...said, era: "modern", protocolVersion, discover: result as JsonObject };
    } catch (thrown) {
      const supported = supportedBy(thrown);
      const other = common(MODERN_REVISIONS, supported);
      if (other !== null && isFirst) revision = other;
      else if (supported.some(isModern) || !saysNotModern(thrown)) throw thrown;
      else return null;
    }
  }
}

/** The revisions that a server names which does not speak the one it was asked in. */
function supportedBy(thrown: unknown): readonly string[] {
  if (!(thrown instanceof RpcError) || thrown.code !== RPC_CODES.unsupportedVersion || !isRecord(thrown.data))
    return [];
  const { supported } = thrown.data;
  return Array.isArray(supported) ? supported.filter((name): name is string => typeof name === "string") : [];
}

/** Revisions are dates. */
function isModern(revision: string): boolean {
  return revision >= "2026-07-28";
}

/** Whatever an older server makes of the question means "ask me the old way", except a closed door or a passing fault of a gateway. */
function saysNotModern(thrown: unknown): boolean {
  if (thrown instanceof RpcError) return true;
  if (!(thrown instanceof McpError)) return false;
  const { code, status } = thrown;
  if (code === "http-error") return status !== 429 && (status ?? 599) <= 501;
  return ["transport-not-implemented", "not-an-mcp-server", "invalid-response", "protocol-error", "timeout"].includes(
    code,
  );
}

const MEMBERS = [
  "tools",
  "prompts",
  "resources",
  "completions",
  "logging",
  "tasks",
  "experimental",
  "extensions",
] as const;

function described(
  result: RpcParams,
  info: unknown,
  capabilities: RpcParams,
): Pick<Agreement, "serverInfo" | "capabilities" | "instructions"> {
  const { name, version, title } = isRecord(info) ? info : {};
  const isNamed = typeof name === "string" && typeof version === "string" && (name !== "" || version !== "");
  const known = MEMBERS.flatMap((member) => (isRecord(capabilities[member]) ? [[member, capabilities[member]]] : []));
  return {
    serverInfo: isNamed ? { name, version, ...(typeof title === "string" && { title }) } : null,
    // What is no object is no capability; what is in one is looked at where it is used.
    capabilities: Object.fromEntries(known) as ServerCapabilities,
    instructions: typeof result.instructions === "string" ? result.instructions : null,
  };
}

async function inTime<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return withDeadline(ms, (signal) =>
    work(signal).catch((thrown: unknown) => {
      throw signal.aborted ? new McpError("timeout", { cause: thrown }) : thrown;
    }),
  );
}
