// What the engine asks of authorization: begin a sign-in, answer the browser, redeem, renew, revoke.
import type {
  AuthReason,
  ErrorCode,
  OAuthExceptionName,
  RemovalReport,
  SignOutReport,
} from "@agents-internal/protocol";
import type { HttpChallenge } from "../errors.ts";
import type { MachineGrant } from "../machine-grants.ts";
import type { MCPClientOAuthResult, StoredOAuthOptions } from "../options.ts";
import type { TokenSource } from "../token-source.ts";

/** The server somebody signs in to. */
export interface AuthTarget {
  readonly serverId: string;
  /** The developer's name for it, shown to people. */
  readonly serverName: string;
  readonly serverUrl: string;
  /** `null`: no callback address is known, so nobody can sign in (`callback-host-required`). */
  readonly callbackUrl: string | null;
  readonly options: StoredOAuthOptions;
  /** Which of several accounts there is meant; the developer's name for it. */
  readonly account?: string | undefined;
  /** Opened where requests are made; tokens then come from it, and nobody is asked to sign in. */
  readonly grant?: MachineGrant | undefined;
}

/** A sign-in that waits for a person. A row; needs no live memory. */
export interface OpenFlow {
  readonly id: string;
  readonly serverId: string;
  readonly reason: AuthReason;
  /** What will be asked for; `null` when the provider decides. */
  readonly scopes: readonly string[] | null;
  /** The tools whose calls asked for it; none when it is the server itself that asks. */
  readonly tools: readonly string[];
  /** Host of the authorization endpoint. */
  readonly authHost: string;
  /** First-party: `{callbackUrl}?flow={id}`. */
  readonly startUrl: string;
  /** ms since the epoch; later than any of its attempts. */
  readonly expiresAt: number;
}

/** What a request on a callback URL is. Decided from the URL and rows alone. */
export type BrowserRequest =
  | { readonly kind: "start"; readonly flowId: string }
  | { readonly kind: "callback" }
  | { readonly kind: "none" };

/** The verdict on a callback, before any token request. */
export type CallbackVerdict =
  /** Genuine. The code is sealed in a row; the attempt can be redeemed once, by any isolate. */
  | { readonly kind: "accepted"; readonly serverId: string; readonly flowId: string; readonly attemptId: string }
  /** Genuine, and the provider said no. */
  | {
      readonly kind: "denied";
      readonly serverId: string;
      readonly flowId: string;
      readonly code: ErrorCode;
      readonly detail: string;
    }
  /** Not genuine, or not usable: nothing changes. `serverId` only when the state itself was genuine. */
  | { readonly kind: "refused"; readonly serverId?: string; readonly code: ErrorCode; readonly detail: string };

/** Where an accepted attempt stands after an eviction. */
export type ExchangeStage = "none" | "accepted" | "sent";

export interface RedeemedTokens {
  readonly scopes: readonly string[] | null;
  /** ms since the epoch, `null` when the provider did not say. */
  readonly expiresAt: number | null;
  /**
   * Synchronous: writes the sealed tokens and deletes the flow with its attempts. Call inside the transaction that leaves
   * `exchanging`. Throws `flow-unknown` when the flow was dropped meanwhile; then nothing is stored.
   */
  commit(): void;
  /** Instead of `commit`: gives the grant back to the provider, bounded and best effort. Never rejects. */
  discard(): Promise<void>;
}

export interface OAuth {
  tokens(target: AuthTarget): TokenSource;
  /**
   * Find the authorization server, register, write the flow row. At most one open flow per server: a second
   * call for the same server returns the open one. The reason is read from the rows (a grant that existed means
   * `expired` or `revoked`) unless the challenge asks for more scope.
   *
   * Rejects with `McpError`: `callback-host-required`, `authorization-server-not-found`, `metadata-invalid`,
   * `resource-metadata-missing`, `resource-mismatch`, `resource-prefix`, `issuer-mismatch`, `issuer-not-identical`,
   * `pkce-unsupported`, `pkce-unadvertised`, `client-id-required`, `registration-refused`,
   * `vault-key-required`, `dpop-unsupported`, and what the guarded fetch throws; `aborted` when `signal` was: then no flow
   * is stored. A server with a machine grant has nobody to ask: always `token-rejected` (401) or `insufficient-scope` (403).
   */
  begin(target: AuthTarget, challenge: HttpChallenge, signal?: AbortSignal): Promise<OpenFlow>;
  /** The open flow of a server, from rows. Synchronous. */
  openFlow(target: AuthTarget): OpenFlow | null;
  /** Somebody has signed in to the server before, whether or not that is still good. Synchronous. */
  hasGrant(serverId: string): boolean;
  /** What the operator gave up for the open sign-in, or else for the grant there is. Synchronous. */
  usedExceptions(serverId: string): readonly OAuthExceptionName[];
  /** A grant is stored that has not ended as far as is known. Synchronous. */
  isSignedIn(serverId: string): boolean;
  /** Delete a flow with its attempts. Synchronous. Unknown ids are ignored. */
  dropFlow(flowId: string): void;
  /** Whether the agent should answer this request instead of the application. Synchronous, rows only. */
  classify(request: Request): BrowserRequest;
  /** Answer an opened start URL: redirect to the provider with a fresh attempt and its cookie, or ask first, or say why not. */
  start(request: Request, flowId: string, target: AuthTarget): Promise<Response>;
  /**
   * Begin an attempt that no browser is bound to, and return the provider's address for it: good for ten minutes. Rejects as
   * opening the start URL does: `flow-unknown`, `client-id-required`, and the vault's codes.
   */
  directUrl(flowId: string, target: AuthTarget): Promise<string>;
  /** The server a flow belongs to, or `null`. Synchronous. */
  serverOfFlow(flowId: string): string | null;
  /** Judge a callback: state, browser, issuer, repeated parameters, prefetch. Consumes the state when genuine. */
  acceptCallback(request: Request): Promise<CallbackVerdict>;
  exchangeStage(flowId: string): { readonly stage: ExchangeStage; readonly attemptId: string | null };
  /** Send the code once. Rejects with `token-refused`, `resource-refused`, `token-response-invalid`, `dpop-unsupported`, `issuer-mismatch`, or a network code. */
  redeem(attemptId: string, target: AuthTarget): Promise<RedeemedTokens>;
  /**
   * Revoke at the provider (bounded, best effort), then delete the grant, its key and what is left of a sign-in, also what
   * a `begin` under way still writes: abort it first. The registration stays. Never rejects for what a provider does.
   */
  signOut(target: AuthTarget): Promise<SignOutReport>;
  /** {@link signOut}, and the same for the registration: afterwards there is no record of the server. */
  forget(target: AuthTarget): Promise<RemovalReport>;
}

/** Turn a verdict into what the person's browser sees. */
export interface CallbackResponder {
  respond(
    request: Request,
    result: MCPClientOAuthResult & { readonly code?: ErrorCode; readonly serverName?: string },
  ): Response;
}
