// What is kept about the tools of a server: the definition that was accepted, the one offered now, the policy.
import type { Tool, ToolPolicy } from "@agents-internal/protocol";

export interface TrustRecord {
  /** Fingerprint of the definition that was accepted; `null`: none was. */
  readonly accepted: string | null;
  /** Fingerprint of what the server last offered; `null`: it offers no such tool. */
  readonly offered: string | null;
  /** The accepted definition, kept once another one was offered. */
  readonly before?: Tool;
  /** Absent: what the server's options say. */
  readonly policy?: ToolPolicy;
}

/** Records by tool name. */
export type TrustRecords = ReadonlyMap<string, TrustRecord>;

export interface ToolTrustRows {
  /** `null` when the server's tools were never read. */
  read(serverId: string): TrustRecords | null;
  /** Whether there is nothing but tools as they were accepted; cheaper than reading them. */
  isPlain(serverId: string): boolean;
  write(serverId: string, records: TrustRecords): void;
  delete(serverId: string): void;
}
