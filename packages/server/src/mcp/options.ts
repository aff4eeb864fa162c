// What a developer can say when adding a server.
import type { JsonObject, JsonSchema, MCPConnectionState, ToolPolicy } from "@agents-internal/protocol";
import type { DPoPOptions, MachineGrant, MachineGrantOutline } from "./machine-grants.ts";

/** `auto` tries streamable HTTP first and falls back to SSE when the server does not offer it. */
export type TransportType = "streamable-http" | "sse" | "auto";
/** `rpc`: a Durable Object of the same Worker; never a developer's choice. */
export type RequestedTransport = TransportType | "rpc";

/**
 * When a server's notification stream is open: for `idleMs` after each use (`while-used`), as long as the object lives and
 * again at each wake (`always`; the object never sleeps), or not at all (`never`).
 */
export type Listen = "while-used" | "always" | "never";

/** Everything `new Headers()` takes, named without the types of one platform. */
export type HeadersInput = Headers | Readonly<Record<string, string>> | Iterable<Iterable<string>>;

export interface TransportOptions {
  /** Sent with every request to the MCP server's own origin, nowhere else. Stored sealed. */
  readonly headers?: HeadersInput;
  /** Default `auto`. */
  readonly type?: TransportType;
}

/** Checks values against one JSON Schema. */
export interface JsonSchemaValidator {
  getValidator<T>(
    schema: JsonSchema,
  ): (
    input: unknown,
  ) =>
    | { readonly valid: true; readonly data: T; readonly errorMessage: undefined }
    | { readonly valid: false; readonly data: undefined; readonly errorMessage: string };
}

/** Options for the MCP client that talks to the server. */
export interface McpClientOptions {
  /** Client capabilities to announce besides those the handlers imply. */
  readonly capabilities?: JsonObject;
  /** Validates tool results. Default: a validator that needs no code generation and so runs in a Worker. Not stored. */
  readonly jsonSchemaValidator?: JsonSchemaValidator;
  /** Pages of one list read at most; default 64. */
  readonly listMaxPages?: number;
}

/** How often and how fast a failed connection is tried again by itself. */
export interface RetryOptions {
  /** Attempts in all; default 3. */
  readonly maxAttempts?: number;
  /** ms; default 250. Doubled each time, with jitter. */
  readonly baseDelayMs?: number;
  /** ms; default 5000. */
  readonly maxDelayMs?: number;
}

/** How much the tools of one server are trusted. */
export interface ToolOptions {
  /** For tools without a policy of their own; default `allow`. */
  readonly policy?: ToolPolicy;
  /**
   * What happens to a tool that was added or changed after the first reading: it is shown as changed (`show`, the default), or
   * also kept from models and refused until `acceptToolChanges` (`hold`).
   */
  readonly changes?: "show" | "hold";
}

/** How to sign in where the server asks for OAuth. */
export interface OAuthOptions {
  /** A client registered by hand for this server. One for every server of a provider: `mcp.clients` in `static options`. */
  readonly client?: {
    readonly clientId: string;
    /** Only together with `issuer`. Stored sealed. */
    readonly clientSecret?: string;
    /**
     * The only authorization server the client is shown to; `issuer-mismatch` when the server names another one. Default
     * without a secret: the first one the server names, for good.
     */
    readonly issuer?: string;
    readonly tokenEndpointAuthMethod?: "none" | "client_secret_basic" | "client_secret_post";
  };
  /**
   * How the provider is to meet the person (OpenID Connect Core section 3.1.2.1). Default: as it likes; an entry with an
   * `account` asks for `select_account` where the provider says that it knows that.
   */
  readonly prompt?: "login" | "consent" | "select_account";
  /**
   * What the provider wants to find in the address people are sent to, such as Google's `access_type: "offline"`, without
   * which it hands out no refresh token. Nothing the sign-in rests on can be set: `option-invalid`.
   */
  readonly authorizationParameters?: Readonly<Record<string, string>>;
  /** Ask for exactly these scopes instead of what the server's challenge or metadata names. */
  readonly scopes?: readonly string[];
  /** The app's name at the authorization server; default: the host of the callback URL. Never the instance's name. */
  readonly clientName?: string;
  /** Checks to give up for this server alone. */
  readonly exceptions?: OAuthExceptions;
  /**
   * Get tokens without a person: when the server asks for authorization, the agent signs in as itself, by a company's
   * identity provider, or with an assertion of its platform. Not together with `client`. Stored sealed.
   *
   * There is no `authenticating` then. What the authorization server refuses makes the server `failed` with
   * `token-refused`; a token the server does not take with `token-rejected`; a key that cannot be used with
   * `option-invalid`.
   */
  readonly grant?: MachineGrant;
  /**
   * What `addMcpServer` gives as `authUrl`; default `page`: a page of this agent, which binds the sign-in to the browser that
   * opens it. `direct`: an address at the provider, good for ten minutes, for callers that take it apart. Any browser may end
   * such a sign-in, so it needs `verifyCallbackUser`. The `auth_url` of the state stays the page.
   */
  readonly startUrl?: "page" | "direct";
  /**
   * ms for which a call that the server refuses for want of a sign-in, or of more permission, waits for the person; then it is
   * made again, or rejects with `authorization-required`. Default 0: it rejects at once, with `authorization-required` or
   * `insufficient-scope`, and the sign-in can be awaited in the state. A wait does not survive an eviction.
   */
  readonly waitForSignIn?: number;
  /**
   * Renew the token by an alarm shortly before it ends, also while nobody uses the server; default false: it is renewed
   * ahead of its end when it is used. Worth it where a provider drops refresh tokens that lie still. Each renewal wakes the agent.
   */
  readonly renewWhenIdle?: boolean;
  /**
   * Bind tokens to a key of this server that never leaves the agent (DPoP, RFC 9449), whatever way they come. The key is
   * made by itself and stored sealed. A provider that answers with a Bearer token is refused with `dpop-unsupported`.
   */
  readonly dpop?: boolean | DPoPOptions;
}

/**
 * Checks that are given up for one server, because its provider is known to fail them and nobody there can mend it.
 *
 * Grant one only when a failure names it, and only after making sure that it is the provider's doing: each of them is there
 * to keep access from being shown to somebody else. What was used is in the server's state (`auth_exceptions`) and timeline.
 */
export interface OAuthExceptions {
  /**
   * `issuer-not-identical`: the authorization server that the MCP server calls `named` calls itself `published` (RFC 8414
   * section 3.3). A `client.issuer` is then the published one.
   */
  readonly issuerAlias?: { readonly named: string; readonly published: string };
  /**
   * `resource-prefix`: the resource that the server publishes, exactly, where that is only the beginning of its address (RFC
   * 9728 section 3.3). Access is then good for everything below it.
   */
  readonly prefixResource?: string;
  /** `pkce-unadvertised`: the authorization server does not say that it takes PKCE. It is sent S256 all the same. */
  readonly unadvertisedPkce?: boolean;
  /** `resource-refused`: leave `resource` (RFC 8707) out of all requests. Access may then be good elsewhere, too. */
  readonly omitResource?: boolean;
  /** `resource-metadata-missing`: who signs in for a server that does not publish it (RFC 9728). */
  readonly noResourceMetadata?: { readonly issuer: string };
}

/** {@link OAuthOptions} as they are stored in clear: of a machine grant only the outline. */
export interface StoredOAuthOptions extends Omit<OAuthOptions, "grant"> {
  readonly grant?: MachineGrantOutline;
}

/** Third argument of `addMcpServer`. */
export interface AddMcpServerOptions {
  /** A stable id; lower-cased and cleaned. Default: made up. */
  readonly id?: string;
  /**
   * Which of several accounts at the server this is, such as `work`. Every account is an entry of its own, with its own
   * sign-in and its own tools; without one the same name and address are the same entry.
   */
  readonly account?: string;
  /** Origin for the OAuth callback. Default: the origin of the current request or connection. */
  readonly callbackHost?: string;
  /** Replaces the whole callback path; the application must route it to this agent. */
  readonly callbackPath?: string;
  /** First segment of the callback path; default `agents`. */
  readonly agentsPrefix?: string;
  readonly client?: McpClientOptions;
  readonly transport?: TransportOptions;
  readonly retry?: RetryOptions;
  readonly oauth?: OAuthOptions;
  /** How far the server's tools are trusted. */
  readonly tools?: ToolOptions;
  /** When what the server says unasked is listened to; default: `mcp.listen` of the agent's options, else `while-used`. */
  readonly listen?: Listen;
}

/** Third argument of `addMcpServer` where the second one is a binding. */
export interface AddRpcMcpServerOptions {
  /** A stable id; lower-cased and cleaned. Default: made up. */
  readonly id?: string;
  /** Given to `onStart` of the server when reaching it is what wakes it. JSON; stored sealed. */
  readonly props?: object;
  /** How far the server's tools are trusted. */
  readonly tools?: ToolOptions;
}

export type AddMcpServerResult =
  | { readonly id: string; readonly state: "authenticating"; readonly authUrl: string }
  | { readonly id: string; readonly state: "ready"; readonly authUrl?: undefined };

/** Options of `mcp.registerServer`. Both documented spellings of the last two are accepted. */
export interface RegisterServerOptions {
  readonly url: string;
  readonly name: string;
  /** Which of several accounts at the server this is; another one takes the place of the entry, sign-in and all. */
  readonly account?: string;
  /** Where the authorization server sends the browser back to. Without it a server cannot be signed in to. */
  readonly callbackUrl?: string;
  readonly client?: McpClientOptions;
  readonly clientOptions?: McpClientOptions;
  readonly transport?: TransportOptions;
  readonly transportOptions?: TransportOptions;
  readonly retry?: RetryOptions;
  readonly oauth?: OAuthOptions;
  /** How far the server's tools are trusted. */
  readonly tools?: ToolOptions;
  /** As in {@link AddMcpServerOptions}. */
  readonly listen?: Listen;
}

export type MCPConnectionResult =
  | { readonly state: "failed"; readonly error: string }
  | { readonly state: "authenticating"; readonly authUrl: string }
  | { readonly state: "connected" };

export interface MCPDiscoverResult {
  readonly success: boolean;
  readonly state: MCPConnectionState;
  readonly error?: string;
}

/** What the OAuth callback came to; handed to a `customHandler`. */
export type MCPClientOAuthResult =
  | { readonly serverId: string; readonly authSuccess: true; readonly authError?: undefined }
  | {
      readonly serverId?: string;
      readonly authSuccess: false;
      /** Safe to paste into HTML text, attributes and quoted script strings. */
      readonly authError: string;
      /** The same as the provider said it. Never put it into a page unescaped. */
      readonly authErrorDetail: string;
    };

/** What a person sees after the provider sent the browser back. Kept in memory: set it in `onStart`. */
export interface MCPClientOAuthCallbackConfig {
  /** Relative to the request's origin, or absolute. */
  readonly successRedirect?: string;
  /** Gets `error=<message>` added to its query. */
  readonly errorRedirect?: string;
  /** Wins over the redirects. */
  readonly customHandler?: (result: MCPClientOAuthResult) => Response;
}
