// The revisions of the protocol that are spoken here, and what each message of the modern ones carries about itself.
import type { JsonObject, LoggingLevel } from "@agents-internal/protocol";
import { CLIENT_INFO } from "../../client-info.ts";
import { PROTOCOL_VERSION_META_KEY } from "../../transport/request-headers.ts";

/** With `initialize` and sessions; the newest first. */
export const LEGACY_REVISIONS: readonly [string, ...string[]] = [
  "2025-11-25",
  "2025-06-18",
  "2025-03-26",
  "2024-11-05",
  "2024-10-07",
];
/** With `server/discover`, without sessions; the newest first. */
export const MODERN_REVISIONS: readonly [string, ...string[]] = ["2026-07-28"];

const CLIENT_INFO_KEY = "io.modelcontextprotocol/clientInfo";
const CLIENT_CAPABILITIES_KEY = "io.modelcontextprotocol/clientCapabilities";
const LOG_LEVEL_KEY = "io.modelcontextprotocol/logLevel";
export const SERVER_INFO_KEY = "io.modelcontextprotocol/serverInfo";
export const SUBSCRIPTION_ID_KEY = "io.modelcontextprotocol/subscriptionId";

/** Members of `_meta` in every message of a modern revision (2026-07-28, "Requests"). */
export function envelopeOf(revision: string, capabilities: JsonObject): JsonObject {
  return {
    [PROTOCOL_VERSION_META_KEY]: revision,
    [CLIENT_INFO_KEY]: CLIENT_INFO,
    [CLIENT_CAPABILITIES_KEY]: capabilities,
  };
}

/** How much the server should say of one request. */
export function logLevelMeta(level: LoggingLevel): JsonObject {
  return { [LOG_LEVEL_KEY]: level };
}

/** The first of `ours` that is among `theirs`. */
export function common(ours: readonly string[], theirs: unknown): string | null {
  return (Array.isArray(theirs) && ours.find((revision) => theirs.includes(revision))) || null;
}
