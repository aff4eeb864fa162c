// What a server says of its own work.
import type { JsonValue, LoggingLevel } from "@agents-internal/protocol";

/** Untrusted in all its parts, and possibly said about somebody's data: keep it from logs that others read. */
export interface LogMessage {
  readonly serverId: string;
  readonly level: LoggingLevel;
  /** The part of the server that says it; `null`: it does not say which. */
  readonly logger: string | null;
  readonly data: JsonValue;
}

export type LogMessageListener = (message: LogMessage) => void;
