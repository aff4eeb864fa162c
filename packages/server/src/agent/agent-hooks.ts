// What an author of an agent overrides, with what happens where nothing is overridden.
import { type Connection, type ConnectionContext, Server, type WSMessage } from "partyserver";
import type { CallbackFlow } from "../mcp/oauth/callback-request.ts";
import { logError } from "./console-log.ts";
import type { StateSource } from "./state-sync.ts";

/** The hooks of an `Agent`. Extend `Agent`, not this. */
export abstract class AgentHooks<
  Env extends Cloudflare.Env,
  State,
  Props extends Record<string, unknown>,
> extends Server<Env, Props> {
  /** Runs once each time the object wakes, before anything else of yours. `props` are those of the first caller. */
  override onStart(_props?: Props): void | Promise<void> {}

  /** Answers HTTP requests, except those of a sign-in that is under way. */
  override onRequest(_request: Request): Response | Promise<Response> {
    return new Response("Not found", { status: 404 });
  }

  /** A client connected; identity, state and MCP servers have been sent. */
  override onConnect(_connection: Connection, _ctx: ConnectionContext): void | Promise<void> {}

  /** A frame that is not part of the agent's own protocol, or is malformed. */
  override onMessage(_connection: Connection, _message: WSMessage): void | Promise<void> {}

  override onClose(_connection: Connection, _code: number, _reason: string, _wasClean: boolean): void | Promise<void> {}

  /** Something of yours threw. Called with the connection first where there is one. Default: one line on the console. */
  override onError(connectionOrError: unknown, error?: unknown): void | Promise<void> {
    logError(this.constructor.name, error ?? connectionOrError);
  }

  /**
   * Return false when the person who comes back from a provider is not the one whose agent this is; the sign-in then ends with
   * `user-mismatch` and nothing is stored. Override it where the app has a login of its own: `request` brings its cookies.
   * Asked last, after state, browser and issuer were found right.
   */
  verifyCallbackUser(_request: Request, _flow: CallbackFlow): boolean | Promise<boolean> {
    return true;
  }

  /** Throw to refuse a new state. `source` is the client that asked for it. */
  validateStateChange(_next: State, _source: StateSource): void {}

  /** The state was stored and sent. */
  onStateChanged(state: State, source: StateSource): void | Promise<void> {
    return this.onStateUpdate(state, source);
  }

  /** @deprecated Use {@link onStateChanged}. */
  onStateUpdate(_state: State, _source: StateSource): void | Promise<void> {}

  /** Return true for clients that may watch and call, and not change the state. Asked before `onConnect`. */
  shouldConnectionBeReadonly(_connection: Connection, _ctx: ConnectionContext): boolean {
    return false;
  }

  /** Return false for clients that speak a protocol of their own: no identity, state or MCP frames are sent to them. */
  shouldSendProtocolMessages(_connection: Connection, _ctx: ConnectionContext): boolean {
    return true;
  }
}
