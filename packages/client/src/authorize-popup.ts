// A sign-in in a popup, from the click to the agent's word that it ended.
import { type ErrorCode, isPopupMessage, type MCPServer } from "@agents-internal/protocol";
import { ClosedWatch } from "./closed-watch.ts";
import { defer } from "./deferred.ts";
import type { McpStore } from "./mcp-store.ts";
import { toOpenableUrl } from "./popup-url.ts";
import { attempt, listenToPopups, openPopup, type PopupHandle, type PopupHost } from "./popup-window.ts";
import { judgeSignIn, type SignInVerdict } from "./sign-in-verdict.ts";
import { type Readable, SnapshotStore } from "./snapshot-store.ts";

/**
 * Where a sign-in stands.
 *
 * - `opening`: a window is open and the agent prepares the address
 * - `waiting`: the person is at the provider
 * - `blocked`: the browser opened no window; offer `openManually` on a button or a link
 * - `maybe-closed`: the window seems closed. It may be open all the same (a provider with a Cross-Origin-Opener-Policy looks
 *   like this), and the sign-in can still be finished: ask "still waiting?", offer `openManually` and `cancel`
 * - `completed`, `denied`, `expired`, `cancelled`: over
 */
export type PopupStatus =
  | { readonly status: "opening" | "waiting" | "blocked" | "maybe-closed" }
  | { readonly status: "completed" | "expired" | "cancelled" }
  | {
      readonly status: "denied";
      /** The agent's code: `authorization-denied` when the person said no, otherwise what went wrong. */
      readonly code: ErrorCode | (string & {});
      readonly error: string;
    };

export interface AuthorizePopupOptions {
  /** The agent whose word decides: an `AgentClient`, or what `useAgent` returned. */
  agent: { readonly mcpStore: McpStore };
  /** The server to sign in to. May be missing when `connect` returns it. */
  serverId?: string;
  /**
   * Makes the agent connect when no sign-in is open yet: for a new server, or to try a failed one again. Called after the
   * window was opened. May return the server's id; a rejection ends the sign-in as `denied`.
   */
  connect?: () => PromiseLike<string | void>;
  /**
   * Leave the window its `opener`. Then it can be brought to the front and closed from here, and the provider's page can send
   * this page elsewhere: only for providers you trust.
   */
  keepOpener?: boolean;
  /** Features of `window.open`. */
  features?: string;
  /** Shown in the window until its address is known. */
  placeholder?: string;
  /** Milliseconds between seeing the window closed and saying so; 1500 unless given. */
  closedGraceMs?: number;
  /** The browser's window; for tests. */
  window?: PopupHost;
}

/** A sign-in under way. */
export interface PopupAuthorization extends Readable<PopupStatus> {
  /** The server it is about; undefined while only `connect` knows. */
  readonly serverId: string | undefined;
  /** Fulfilled with the last status when the sign-in is over. Never rejects. */
  readonly finished: Promise<PopupStatus>;
  /** Open a window again: the address may be opened any number of times. Call it in a click. */
  openManually(): void;
  /**
   * Give up here. The agent keeps the sign-in redeemable until it expires. Closes the window where the browser allows it: while
   * it is empty, or with `keepOpener`.
   */
  cancel(): void;
  /** Stop watching and leave the window alone: nobody is interested any more. */
  dispose(): void;
}

/** How long the state that belongs to an answered `connect` may take to arrive, in milliseconds. */
const SETTLE_MS = 1000;

/**
 * Sign in to an MCP server in a popup. Call it directly in a click, before any `await`, or the browser blocks the window.
 *
 * Whether and how it ended is only ever taken from the agent, over its socket. That the window looks closed, and what the
 * callback page posts, are hints. Only https addresses are opened, or http on loopback or the page's own origin.
 *
 * @example
 * button.onclick = async () => {
 *   const signIn = authorizeInPopup({ agent, serverId });
 *   const end = await signIn.finished;
 *   if (end.status === "denied") console.log(end.code);
 * };
 */
export function authorizeInPopup(options: AuthorizePopupOptions): PopupAuthorization {
  return new PopupSignIn(options);
}

class PopupSignIn implements PopupAuthorization {
  readonly #options: AuthorizePopupOptions;
  readonly #host: PopupHost;
  readonly #store = new SnapshotStore<PopupStatus>({ status: "opening" });
  readonly #end = defer<PopupStatus>();
  readonly #stop: (() => void)[] = [];
  readonly getSnapshot = this.#store.getSnapshot;
  readonly subscribe = this.#store.subscribe;
  readonly finished = this.#end.promise;
  #serverId: string | undefined;
  #history = { known: false, asked: false, current: false };
  /** The agent's word on the server before the click, and whether it has still to be told to connect. */
  #before: MCPServer | undefined;
  #connecting: boolean;
  #handle: PopupHandle | null = null;
  /** Where the window was sent. */
  #sentTo: string | null = null;
  #authUrl: string | null = null;
  #over = false;
  readonly #watch: ClosedWatch;
  #settling: ReturnType<typeof setTimeout> | undefined;

  constructor(options: AuthorizePopupOptions) {
    this.#options = options;
    this.#host = options.window ?? window;
    this.#serverId = options.serverId;
    this.#watch = new ClosedWatch({
      graceMs: options.closedGraceMs ?? 1500,
      onMaybeClosed: () => this.#store.set({ status: "maybe-closed" }),
    });
    const { mcpStore } = options.agent;
    this.#before = this.#server();
    const { state } = this.#before ?? {};
    this.#connecting = options.connect !== undefined && state !== "authenticating";
    this.#history.current = !this.#connecting && state !== "failed" && state !== "not-connected";
    if (!this.#judge()) return;
    this.#open();
    this.#stop.push(
      mcpStore.subscribe(() => this.#judge()),
      listenToPopups(
        this.#host,
        (data) => this.#hint(data),
        () => this.#watch.look(),
      ),
      () => this.#watch.stop(),
      () => clearTimeout(this.#settling),
    );
    if (this.#connecting && options.connect) void this.#connect(options.connect);
  }

  get serverId(): string | undefined {
    return this.#serverId;
  }

  openManually(): void {
    if (this.#over) return;
    if (this.#options.keepOpener && this.#handle && !this.#handle.closed) return attempt(() => this.#handle?.focus());
    if (this.#sentTo === null) attempt(() => this.#handle?.close());
    this.#open();
  }

  cancel(): void {
    if (this.#over) return;
    attempt(() => this.#handle?.close());
    this.#finish({ status: "cancelled" });
  }

  dispose(): void {
    this.#over = true;
    for (const stop of this.#stop.splice(0)) stop();
  }

  #open(): void {
    const { features, keepOpener, placeholder = "Opening the sign-in page…" } = this.#options;
    this.#sentTo = this.#authUrl;
    this.#handle = openPopup(this.#host, this.#authUrl, { features, keepOpener, placeholder });
    if (!this.#handle) return this.#store.set({ status: "blocked" });
    this.#store.set({ status: this.#authUrl ? "waiting" : "opening" });
    this.#watch.start(this.#handle);
  }

  async #connect(connect: () => PromiseLike<string | void>): Promise<void> {
    try {
      const serverId = (await connect()) || this.#serverId;
      if (serverId !== this.#serverId) this.#history.known = false;
      this.#serverId = serverId;
    } catch (error) {
      const { code, message } = error as { code?: unknown; message?: unknown };
      return this.#deny(typeof code === "string" ? code : "call-failed", typeof message === "string" ? message : "");
    }
    if (this.#over) return;
    this.#connecting = false;
    // The answer may be here before the state it speaks of; an equal state may never come.
    this.#settling = setTimeout(() => {
      this.#history.current = true;
      this.#judge();
    }, SETTLE_MS);
    this.#judge();
  }

  /** Ask the agent's latest word. False when it ended the sign-in. */
  #judge(): boolean {
    if (this.#over) return false;
    const server = this.#server();
    if (!this.#connecting && server !== this.#before) this.#history.current = true;
    const verdict = judgeSignIn(server, this.#history);
    this.#history.known ||= server !== undefined;
    this.#history.asked ||= server?.state === "authenticating";
    this.#apply(verdict);
    return !this.#over;
  }

  #server(): MCPServer | undefined {
    const { servers } = this.#options.agent.mcpStore.getSnapshot();
    return this.#serverId !== undefined && Object.hasOwn(servers, this.#serverId) ? servers[this.#serverId] : undefined;
  }

  #apply(verdict: SignInVerdict): void {
    switch (verdict.kind) {
      case "goes-on":
        return verdict.authUrl === null ? undefined : this.#go(verdict.authUrl);
      case "completed":
        return this.#finish({ status: "completed" });
      case "expired":
        return this.#finish({ status: "expired" });
      case "abandoned":
        return this.#finish({ status: "cancelled" });
      case "denied":
        return this.#deny(verdict.code, verdict.error);
    }
  }

  /** The address is known: an empty window of ours goes there. */
  #go(text: string): void {
    this.#authUrl = toOpenableUrl(text, this.#host.location.origin);
    if (this.#authUrl === null)
      return this.#deny("url-blocked", "The sign-in page's address is not one that may be opened.");
    const url = this.#authUrl;
    if (!this.#handle || this.#handle.closed || this.#sentTo !== null) return;
    this.#sentTo = url;
    attempt(() => this.#handle?.location.replace(url));
    this.#store.set({ status: "waiting" });
  }

  #hint(data: unknown): void {
    if (!isPopupMessage(data) || data.serverId !== this.#serverId) return;
    if (this.#judge() && this.#watch.hint()) this.#store.set({ status: "waiting" });
  }

  #deny(code: ErrorCode | (string & {}), error: string): void {
    if (!this.#over) this.#finish({ status: "denied", code, error });
  }

  #finish(status: PopupStatus): void {
    this.dispose();
    // An empty window has nothing to say; one that is at the provider or at the callback page ends by itself.
    if (this.#sentTo === null) attempt(() => this.#handle?.close());
    this.#store.set(status);
    this.#end.resolve(status);
  }
}
