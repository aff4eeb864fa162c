// Tells the other tabs of this browser which servers have a sign-in window here, and hears the same from them.

interface PresenceMessage {
  readonly from: string;
  /** Servers with a window in the sender's tab. */
  readonly serverIds: readonly string[];
  /** The sender has just come and wants to hear from everybody. */
  readonly asks: boolean;
}

export interface SignInPresence {
  /** Servers with a window in some other tab. The same set until it changes. */
  getSnapshot(): ReadonlySet<string>;
  subscribe(listener: () => void): () => void;
  /** Say which servers have a window here. */
  tell(serverIds: readonly string[]): void;
}

const CHANNEL = "dashboard:sign-in";

/** `scope` keeps agents apart; `channel` can be replaced in tests. */
export function createSignInPresence(
  scope: string,
  channel: BroadcastChannel = new BroadcastChannel(`${CHANNEL}:${scope}`),
): SignInPresence {
  const self = crypto.randomUUID();
  const others = new Map<string, readonly string[]>();
  const listeners = new Set<() => void>();
  let here: readonly string[] = [];
  let snapshot: ReadonlySet<string> = new Set();

  const post = (asks: boolean) => channel.postMessage({ from: self, serverIds: here, asks } satisfies PresenceMessage);
  channel.onmessage = ({ data }: MessageEvent<PresenceMessage>) => {
    others.set(data.from, data.serverIds);
    snapshot = new Set([...others.values()].flat());
    for (const listener of listeners) listener();
    if (data.asks) post(false);
  };
  // A tab that goes away takes its watch over the window with it.
  window.addEventListener("pagehide", () => {
    here = [];
    post(false);
  });
  post(true);

  return {
    getSnapshot: () => snapshot,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell(serverIds) {
      if (serverIds.join() === here.join()) return;
      here = serverIds;
      post(false);
    },
  };
}
