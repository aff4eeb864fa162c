// What the benchmark and the process with the MCP servers say to one another.

export interface FleetOptions {
  readonly servers: number;
  /** Each. */
  readonly tools: number;
  readonly era: "legacy" | "modern";
  /** Legacy only: whether servers keep sessions, and with them a stream for what they announce. */
  readonly sessions: boolean;
  /** ms before each request is looked at. */
  readonly delayMs: number;
  /** Whether all are on one port, as `/mcp/0`, `/mcp/1`; otherwise what is known of one host does not help with the next. */
  readonly sharedHost: boolean;
  /** Whether they want a token of an authorization server, which is one for all and agrees to everything. */
  readonly signIn: boolean;
}

export interface Traffic {
  readonly requests: number;
  /** How many of them waited for another one's answer, one after the other: what distance is multiplied with. */
  readonly exchanges: number;
  /** Bodies of requests and answers. */
  readonly bytes: number;
  /** Requests in the order they came: `POST tools/list`, `GET`, `POST /token`. */
  readonly log: readonly string[];
}

export type Order =
  | { readonly kind: "open"; readonly options: FleetOptions }
  | { readonly kind: "traffic" }
  | { readonly kind: "forget-traffic" }
  /** One server offers something else, and says so. */
  | { readonly kind: "change" };

export type Answer = { readonly urls: readonly string[] } | Traffic | null;
