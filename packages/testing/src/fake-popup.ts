// Stands in for `window.open`: pop-ups that open, are blocked, are closed, or hide behind an opener policy.

export interface FakePopup {
  readonly url: string;
  /** All addresses it was sent to, first one first. */
  readonly visited: readonly string[];
  readonly target: string;
  readonly features: string;
  /** What the opener sees. True as well while a provider's opener policy hides the window. */
  readonly closed: boolean;
  /** Whether the window is really gone. */
  readonly reallyClosed: boolean;
  focused: number;
  readonly location: { href: string; replace(url: string): void };
  focus(): void;
  close(): void;
  /** The page inside sends `Cross-Origin-Opener-Policy`: from now on the opener sees it as closed. */
  severOpener(): void;
}

export interface FakeWindow {
  /** When true, `open` answers `null`, as a pop-up blocker does. */
  blocked: boolean;
  readonly popups: readonly FakePopup[];
  /** `noopener` among the features answers `null` although a window opens, as browsers do. */
  readonly open: (url?: string | URL, target?: string, features?: string) => FakePopup | null;
}

export function createFakeWindow(options: { readonly blocked?: boolean } = {}): FakeWindow {
  const popups: FakePopup[] = [];
  const fake: FakeWindow = {
    blocked: options.blocked ?? false,
    popups,
    open(url = "about:blank", target = "_blank", features = "") {
      if (fake.blocked) return null;
      const named =
        target === "_blank" ? undefined : popups.find((popup) => popup.target === target && !popup.reallyClosed);
      if (named) {
        named.location.replace(String(url));
        return named;
      }
      const popup = createPopup(String(url), target, features);
      popups.push(popup);
      return /\bnoopener\b/.test(features) ? null : popup;
    },
  };
  return fake;
}

function createPopup(first: string, target: string, features: string): FakePopup {
  const visited = [first];
  let gone = false;
  let severed = false;
  const current = () => visited.at(-1) ?? first;
  return {
    get url() {
      return current();
    },
    visited,
    target,
    features,
    get closed() {
      return gone || severed;
    },
    get reallyClosed() {
      return gone;
    },
    focused: 0,
    location: {
      get href() {
        return current();
      },
      set href(url: string) {
        visited.push(url);
      },
      replace: (url) => void visited.push(url),
    },
    focus() {
      this.focused += 1;
    },
    close() {
      // A severed opener holds a handle to nothing.
      if (!severed) gone = true;
    },
    severOpener: () => void (severed = true),
  };
}
