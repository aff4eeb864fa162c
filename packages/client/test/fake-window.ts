// A browser window for tests of popups: what was opened, where it was sent, and what it says.
import type { PopupHandle, PopupHost } from "../src/index.ts";

export class FakePopup implements PopupHandle {
  closed = false;
  opener: unknown = "opener";
  url: string;
  focused = 0;
  readonly features: string;
  readonly document = { title: "", body: { textContent: null as string | null } };
  readonly location = { replace: (url: string) => void (this.url = url) };

  constructor(url: string, features: string) {
    this.url = url;
    this.features = features;
  }

  focus(): void {
    this.focused += 1;
  }

  close(): void {
    this.closed = true;
  }
}

type Listener = (event: { readonly data?: unknown }) => void;

export class FakeWindow implements PopupHost {
  readonly location = { origin: "https://app.example" };
  readonly popups: FakePopup[] = [];
  readonly listeners: Record<"message" | "focus", Set<Listener>> = { message: new Set(), focus: new Set() };
  readonly channels = new Set<Set<Listener>>();
  blocked = false;

  readonly BroadcastChannel: NonNullable<PopupHost["BroadcastChannel"]>;

  constructor() {
    const { channels } = this;
    this.BroadcastChannel = class {
      readonly #listeners = new Set<Listener>();
      constructor() {
        channels.add(this.#listeners);
      }
      addEventListener(_type: "message", listener: Listener): void {
        this.#listeners.add(listener);
      }
      close(): void {
        channels.delete(this.#listeners);
      }
    };
  }

  /** The popup opened last. */
  get popup(): FakePopup {
    const last = this.popups.at(-1);
    if (!last) throw new Error("no window was opened");
    return last;
  }

  open(url: string, _target: string, features: string): FakePopup | null {
    if (this.blocked) return null;
    const popup = new FakePopup(url, features);
    this.popups.push(popup);
    return popup;
  }

  addEventListener(type: "message" | "focus", listener: Listener): void {
    this.listeners[type].add(listener);
  }

  removeEventListener(type: "message" | "focus", listener: Listener): void {
    this.listeners[type].delete(listener);
  }

  /** Come to the front, as after a popup was closed. */
  focus(): void {
    for (const listener of this.listeners.focus) listener({});
  }

  /** What the callback page broadcasts. */
  broadcast(data: unknown): void {
    for (const listener of [...this.channels].flatMap((listeners) => [...listeners])) listener({ data });
  }

  get listening(): number {
    return this.listeners.message.size + this.listeners.focus.size + this.channels.size;
  }
}
