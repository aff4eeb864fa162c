// What the MCP engine needs from whoever hosts it: an Agent, another Durable Object, or a test.
import type { JsonObject, JsonPrimitive } from "@agents-internal/protocol";
import type { SqlDatabase } from "../sql/database.ts";

export interface Clock {
  /** ms since the epoch */
  now(): number;
}

export interface Ids {
  /** A short id, safe in URLs and as a part of a tool name: lower-case letters and digits, starts with a letter. */
  id(): string;
  /** 256 unguessable bits as base64url, 43 characters. */
  secret(): string;
}

/** Timers that survive an eviction. The host calls `MCPClientManager.onAlarm(key)` when one is due. */
export interface Alarms {
  /** Replaces an alarm of the same key. `dueAt` in ms since the epoch. */
  set(key: string, dueAt: number): void;
  cancel(key: string): void;
}

/** Where the engine says what happened. Facts never hold secrets or text from a server. */
export interface Log {
  info(event: string, facts?: LogFacts): void;
  warn(event: string, facts?: LogFacts): void;
}
export type LogFacts = Readonly<Record<string, JsonPrimitive>>;

/** Who the host is: bound into sealed rows, so that a copied row cannot be opened elsewhere. */
export interface HostIdentity {
  readonly className: string;
  readonly instance: string;
}

/** An MCP server that is an object on the same platform. */
export interface McpPeer {
  /** Takes one JSON-RPC message; resolves to what it answers: a message, several, or nothing. */
  handleMcpMessage(message: unknown): Promise<unknown>;
}

/** What the host is bound to, by name. */
export interface McpBindings {
  /** The name under which the host has this binding; `null` when it is none of its own. */
  nameOf(binding: object): string | null;
  /** `null` when there is no such binding (any more). */
  resolve(name: string): McpNamespace | null;
}

export interface McpNamespace {
  /** The object of this name, started with `props`. */
  open(instance: string, props: JsonObject | null): Promise<McpPeer>;
}

/** What another package left beside the tables. Synchronous, and part of the same transactions as `sql`. */
export interface KeyValues {
  /** Every entry whose key begins with `prefix`. */
  list(prefix: string): readonly (readonly [key: string, value: unknown])[];
  delete(key: string): void;
}

export interface McpPorts {
  readonly sql: SqlDatabase;
  /** Read by `MCPClientManager.moveIn` alone. Absent where a host has none. */
  readonly keyValues?: KeyValues | undefined;
  readonly clock: Clock;
  readonly ids: Ids;
  /** The raw network. The engine puts its guarded fetch in front and never uses this directly. */
  readonly fetch: (request: Request) => Promise<Response>;
  readonly alarms: Alarms;
  readonly log: Log;
  readonly identity: HostIdentity;
  /** Absent where a host has no bindings. */
  readonly bindings?: McpBindings | undefined;
  /** Keep the host awake until `work` ends. Never rejects through. */
  readonly background: (work: Promise<unknown>) => void;
}
