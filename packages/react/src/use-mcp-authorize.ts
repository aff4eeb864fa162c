// The hook behind a "Sign in" button: one popup sign-in and where it stands.
import {
  authorizeInPopup,
  type AuthorizePopupOptions,
  type PopupAuthorization,
  type PopupStatus,
} from "@agents-internal/client";
import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import type { McpSource } from "./use-mcp.ts";
import { useLatest } from "./use-latest.ts";

/** How to open the window, and how to make the agent connect; see `AuthorizePopupOptions`. */
export type UseMcpAuthorizeOptions = Omit<AuthorizePopupOptions, "agent" | "serverId">;

/** A sign-in as a component sees it. The functions stay the same from render to render. */
export interface McpAuthorize {
  /** `idle` until started; then as described at `PopupStatus`. */
  readonly status: PopupStatus["status"] | "idle";
  /** Why the sign-in was `denied`, else `null`. */
  readonly error: { readonly code: string; readonly message: string } | null;
  /** Open the window: call it directly in the click. Does nothing while one is open; opens it again when it is not. */
  readonly start: () => void;
  /** Open a window for the same sign-in once more, for a person who lost it or whose browser blocked it. */
  readonly openManually: () => void;
  /** The same as `start`, for the button after a failure. */
  readonly retry: () => void;
  /** Give up here; the agent keeps the sign-in redeemable until it expires. */
  readonly cancel: () => void;
}

interface Attempt {
  readonly agent: McpSource;
  readonly serverId: string | undefined;
  readonly signIn: PopupAuthorization;
}

/** A sign-in to a server that only `connect` knew goes on when the component learns the id. */
function belongsTo({ agent, serverId, signIn }: Attempt, nowAgent: McpSource, nowId: string | undefined): boolean {
  return agent === nowAgent && (serverId === nowId || (signIn.serverId ?? nowId) === nowId);
}

const IDLE = { status: "idle" } as const;
const subscribeToNothing = () => () => {};

/**
 * Sign in to an MCP server in a popup.
 *
 * `serverId` may be undefined when `connect` returns it. Leaving the page stops the watching, not the sign-in.
 *
 * @example
 * const { status, start } = useMcpAuthorize(agent, serverId);
 * return <button onClick={start}>{status === "waiting" ? "Waiting…" : "Sign in"}</button>;
 */
export function useMcpAuthorize(
  agent: McpSource,
  serverId: string | undefined,
  options: UseMcpAuthorizeOptions = {},
): McpAuthorize {
  const [attempt, setAttempt] = useState<Attempt | null>(null);
  const signIn = attempt && belongsTo(attempt, agent, serverId) ? attempt.signIn : null;
  if (attempt && !signIn) setAttempt(null);
  const snapshot = useCallback((): PopupStatus | typeof IDLE => signIn?.getSnapshot() ?? IDLE, [signIn]);
  const now = useSyncExternalStore(signIn?.subscribe ?? subscribeToNothing, snapshot, () => IDLE);
  useEffect(() => () => signIn?.dispose(), [signIn]);

  const latest = useLatest(options);
  const start = useCallback(() => {
    const status = signIn?.getSnapshot().status;
    if (status === "opening" || status === "waiting") return;
    if (signIn && (status === "blocked" || status === "maybe-closed")) signIn.openManually();
    else setAttempt({ agent, serverId, signIn: authorizeInPopup({ ...latest.current, agent, serverId }) });
  }, [agent, serverId, signIn, latest]);
  const openManually = useCallback(() => signIn?.openManually(), [signIn]);
  const cancel = useCallback(() => signIn?.cancel(), [signIn]);

  const error = now.status === "denied" ? { code: now.code, message: now.error } : null;
  return { status: now.status, error, start, openManually, retry: start, cancel };
}
