// The snapshot of all MCP servers that `getMcpServers()` returns and clients receive.
import type { ErrorCode } from "./error-code.ts";
import type { MCPConnectionState } from "./mcp-connection-state.ts";
import type { ToolChange, ToolPolicy } from "./tool-trust.ts";
import type { Prompt, Resource, ResourceTemplate, ServerCapabilities, Tool } from "./mcp-types.ts";

/** Why a server asks for a sign-in. */
export type AuthReason =
  /** never signed in, or signed out */
  | "sign-in"
  /** the access ended and could not be renewed */
  | "expired"
  /** the server refuses access that should still be good */
  | "revoked"
  /** a call needs more permission than was granted */
  | "more-scope";

/** The lists a server can offer, as they are called in {@link MCPServersState}. */
export type McpListName = "tools" | "prompts" | "resources" | "resourceTemplates";

/**
 * Why a list is not exactly what its server offers.
 *
 * - `list-endless`, `list-too-large`, `catalogue-full`: it was cut; what was read until then is there
 * - `items-unusable`: some items were left out, because they cannot be read or break the rules for custom headers
 * - any other code: it could not be read; what was known before is there
 */
export interface McpListProblem {
  readonly error_code: ErrorCode;
  /** The same in a sentence. */
  readonly error: string;
  /** How many items are missing for it; `null` when nobody knows. */
  readonly left_out: number | null;
}

/** A check that the operator of one server may give up for it, see `oauth.exceptions`. */
export type OAuthExceptionName =
  | "issuerAlias"
  | "prefixResource"
  | "unadvertisedPkce"
  | "omitResource"
  | "noResourceMetadata";

/** One MCP server as its agent knows it. Holds nothing secret. */
export interface MCPServer {
  readonly name: string;
  readonly server_url: string;
  /** Where a person signs in: a page of this agent that leads to the provider. `null` when no sign-in is open. */
  readonly auth_url: string | null;
  readonly state: MCPConnectionState;
  /** Deprecated alias of `state`: one documented sample reads this name. */
  readonly connectionState: MCPConnectionState;
  /** What went wrong, in a sentence; `null` unless `state` is `failed`. */
  readonly error: string | null;
  /** What went wrong, as a stable code; `null` unless `state` is `failed`. */
  readonly error_code: ErrorCode | null;
  readonly instructions: string | null;
  readonly capabilities: ServerCapabilities | null;
  /** Why a sign-in is asked for; `null` unless `state` is `authenticating`. */
  readonly auth_reason: AuthReason | null;
  /** The scopes a sign-in would ask for; `null` unless `state` is `authenticating`. */
  readonly auth_scopes: readonly string[] | null;
  /** The tools whose calls asked for the sign-in; `null` when it is the server itself that asks. */
  readonly auth_tools: readonly string[] | null;
  /** Host of the authorization server, to be shown before a window opens; `null` when unknown. */
  readonly auth_host: string | null;
  /**
   * `false`: what is shown is what was stored when the server was last asked, and nobody listens for changes now; the next use
   * of the server looks. Only with `ready`, and absent otherwise, as with agents of another make.
   */
  readonly live?: false;
  /** A sign-in is stored, in use or not: signing out gives it back. Absent where there is none. */
  readonly signed_in?: boolean;
  /** Which of several accounts at the server this is; absent where the developer named none. */
  readonly account?: string;
  /**
   * The exact redirect URI to register at the provider by hand; there with the errors `client-id-required` and
   * `registration-refused`.
   */
  readonly redirect_uri?: string;
  /** The lists that are not whole, and why. Absent when all of them are. */
  readonly list_problems?: Readonly<Partial<Record<McpListName, readonly McpListProblem[]>>>;
  /** Tools that are not as they were accepted, at most 100 of them; absent when there are none. */
  readonly tool_changes?: readonly ToolChange[];
  /** What was decided of single tools, by name; absent when nothing was. */
  readonly tool_policies?: Readonly<Record<string, ToolPolicy>>;
  /** Checks that its operator gave up for it, and that its sign-in would not have passed. Missing: none. */
  readonly auth_exceptions?: readonly OAuthExceptionName[];
}

export type WithServerId<T> = T & { readonly serverId: string };

/**
 * All MCP servers of one agent and what they offer.
 *
 * The lists are typed as the documented arrays, so that `useState<Tool[]>` takes them; treat them as read-only all the same.
 */
export interface MCPServersState {
  readonly servers: Record<string, MCPServer>;
  readonly tools: WithServerId<Tool>[];
  readonly prompts: WithServerId<Prompt>[];
  readonly resources: WithServerId<Resource>[];
  readonly resourceTemplates: WithServerId<ResourceTemplate>[];
  /** `unkeyed` when no vault key is configured: secrets are sealed with a key that lies beside them. */
  readonly vault?: "keyed" | "unkeyed";
}

export const EMPTY_MCP_STATE: MCPServersState = {
  servers: {},
  tools: [],
  prompts: [],
  resources: [],
  resourceTemplates: [],
};
