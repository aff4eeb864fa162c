// How much a server says of its work: asked for once in the legacy era, with every request in the modern one.
import { type JsonObject, LOGGING_LEVELS, type LoggingLevel } from "@agents-internal/protocol";
import { McpError } from "../errors.ts";
import { logLevelMeta } from "./protocol/revisions.ts";
import type { RequestOptions, SessionFacts } from "./session.ts";

const METHOD_NOT_FOUND = -32_601;

export interface LogLevel {
  /** What to add to the parameters of each request. */
  readonly params: JsonObject;
  /** Rejects with `option-invalid`, with `protocol-error` where the server does not log, or as a request does. */
  set(level: LoggingLevel, options?: RequestOptions): Promise<void>;
}

export function createLogLevel(
  { era, capabilities }: SessionFacts,
  initial: LoggingLevel | null,
  request: (method: string, params: JsonObject, options?: RequestOptions) => Promise<unknown>,
): LogLevel {
  let current = capabilities.logging === undefined ? null : initial;
  return {
    get params() {
      return era === "legacy" || current === null ? {} : { _meta: logLevelMeta(current) };
    },
    async set(level, options) {
      if (!LOGGING_LEVELS.includes(level)) {
        throw new McpError("option-invalid", { detail: `level is one of ${LOGGING_LEVELS.join(", ")}.` });
      }
      if (capabilities.logging === undefined) {
        throw new McpError("protocol-error", { rpcCode: METHOD_NOT_FOUND, detail: "It does not log." });
      }
      if (era === "legacy") await request("logging/setLevel", { level }, options);
      current = level;
    },
  };
}
