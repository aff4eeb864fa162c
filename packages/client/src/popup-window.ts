// The browser's part in a popup: opening, sending somewhere, looking whether it is there.
import { POPUP_CHANNEL } from "@agents-internal/protocol";

/** The part of another window that can be used across origins. */
export interface PopupHandle {
  readonly closed: boolean;
  opener: unknown;
  readonly location: { replace(url: string): void };
  readonly document: { title: string; readonly body: { textContent: string | null } | null };
  focus(): void;
  close(): void;
}

/** The part of `window` that the popup helper uses. */
export interface PopupHost {
  readonly location: { readonly origin: string };
  open(url: string, target: string, features: string): PopupHandle | null;
  addEventListener(type: "message" | "focus", listener: (event: { readonly data?: unknown }) => void): void;
  removeEventListener(type: "message" | "focus", listener: (event: { readonly data?: unknown }) => void): void;
  readonly BroadcastChannel?: new (name: string) => PopupChannel;
}

interface PopupChannel {
  addEventListener(type: "message", listener: (event: { readonly data?: unknown }) => void): void;
  close(): void;
}

const BLANK = "about:blank";
const DEFAULT_FEATURES = "popup,width=520,height=720";

interface OpenOptions {
  readonly features?: string | undefined;
  readonly keepOpener?: boolean | undefined;
  readonly placeholder: string;
}

/**
 * Open a window on `url`, or an empty one to be sent somewhere later. `null` means that the browser blocked it.
 *
 * `noopener` would make every window look blocked, so it is taken out of the features; what it is for is done by cutting
 * the way back: the provider's page cannot navigate ours.
 */
export function openPopup(host: PopupHost, url: string | null, options: OpenOptions): PopupHandle | null {
  const { features = DEFAULT_FEATURES, keepOpener, placeholder } = options;
  const wanted = features
    .split(",")
    .filter((feature) => !/^\s*no(opener|referrer)\b/i.test(feature))
    .join(",");
  const handle = host.open(url ?? BLANK, "_blank", wanted);
  if (!handle) return null;
  // The new window still shows the empty document of our origin, so that this is allowed.
  if (!keepOpener) {
    attempt(() => {
      handle.opener = null;
    });
  }
  if (url === null) {
    attempt(() => {
      handle.document.title = placeholder;
      if (handle.document.body) handle.document.body.textContent = placeholder;
    });
  }
  return handle;
}

/** A window may refuse anything at any time: it belongs to somebody else once it has gone there. */
export function attempt(action: () => void): void {
  try {
    action();
  } catch {
    // Nothing depends on it.
  }
}

/** Listen to what a callback page may say, over both ways it has, and to the page's window coming back to the front. */
export function listenToPopups(host: PopupHost, onHint: (data: unknown) => void, onFocus: () => void): () => void {
  const onMessage = (event: { readonly data?: unknown }): void => onHint(event.data);
  const channel = host.BroadcastChannel ? new host.BroadcastChannel(POPUP_CHANNEL) : null;
  channel?.addEventListener("message", onMessage);
  host.addEventListener("message", onMessage);
  host.addEventListener("focus", onFocus);
  return () => {
    channel?.close();
    host.removeEventListener("message", onMessage);
    host.removeEventListener("focus", onFocus);
  };
}
