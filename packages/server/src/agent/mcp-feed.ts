// Keeps clients at what is shown of the MCP servers: each kind in its own frames, which are built once for all of the kind.
import { encodeServerMessage, MCP_PATCHES, MessageType } from "@agents-internal/protocol";
import type { Connection } from "partyserver";
import type { Log } from "../mcp/ports.ts";
import { differs, encodeShown, type Shown } from "../mcp/publish/shown.ts";
import { connectionFlags, type McpFrames, sendQuietly } from "./connection.ts";
import { createPace, type PaceClock } from "./pace.ts";

/** ms between patches: what people see move. Twenty servers that connect at once take half a second or less, so this is a handful of frames. */
const PATCH_PACE = 100;
/** ms between full frames: at 100 clients and 1,000 tools each one costs 66 ms of CPU, so this is a quarter of the time at worst. */
const FULL_PACE = 250;

export interface McpFeedOptions extends PaceClock {
  readonly log: Log;
  readonly connections: () => Iterable<Connection>;
  readonly shown: () => Shown;
}

export interface McpFeed {
  /** An earlier life ended here: this is what clients who stayed connected have. */
  restored(): void;
  /** Something of what is shown is different. */
  changed(): void;
  /** The first frame for a client, which hears of every change from then on once its flags say so. */
  greeting(kind: McpFrames): string;
  /** A client lost its place, or says so. Whoever asks for it in a loop is served no faster than those who take full frames. */
  again(connection: Connection): void;
  /** What a client is told next must not come before what it is to see. */
  catchUp(connection: Connection): void;
  /** Tell everybody, whether anything changed or not. */
  broadcast(): void;
}

/** Which frames the client at the other end of this upgrade wants. */
export function wantedFrames(url: string): McpFrames {
  return new URL(url).searchParams.get(MCP_PATCHES.parameter) === MCP_PATCHES.value ? "patches" : "full";
}

const fullFrame = (shown: Shown): string =>
  encodeServerMessage({ type: MessageType.CF_AGENT_MCP_SERVERS, mcp: shown.toState() });

/** Contents may be the same under another version, and then the next patch has to have it to begin with. */
const isSame: Readonly<Record<McpFrames, (before: Shown, now: Shown) => boolean>> = {
  patches: (before, now) => before.version === now.version,
  full: (before, now) => !differs(before, now),
};

export function createMcpFeed({ connections, shown, log, ...clock }: McpFeedOptions): McpFeed {
  /** What all clients of a kind have; `null`: there are none, or nobody knows. */
  const told: Record<McpFrames, Shown | null> = { patches: null, full: null };
  const lost = new Set<Connection>();

  function* listening(kind: McpFrames): Generator<Connection> {
    for (const connection of connections()) if (connectionFlags(connection).mcp === kind) yield connection;
  }

  function send(to: Iterable<Connection>, frame: string): void {
    for (const connection of to) sendQuietly(connection, frame);
  }

  /** Brings all of a kind to what is shown now. False when nobody had to be told anything. */
  function publish(kind: McpFrames, forced = false): boolean {
    const hasListeners = listening(kind).next().done !== true;
    // Before `told` is read: this may be what restores, and says what clients have.
    const now = hasListeners ? shown() : null;
    const before = told[kind];
    told[kind] = now;
    if (now === null) return false;
    // Each client that comes asks this, so all the others are looked at only when there is something to tell them.
    if (!forced && before !== null && isSame[kind](before, now)) return false;
    send(listening(kind), kind === "patches" ? encodeShown(now, before ?? undefined) : fullFrame(now));
    return true;
  }

  /** What the others of the kind have not been told yet, and then everything: both speak of the same moment. */
  function everything(kind: McpFrames): string {
    publish(kind);
    const now = (told[kind] ??= shown());
    return kind === "patches" ? encodeShown(now) : fullFrame(now);
  }

  /** Nobody waits for what is sent unasked; what went wrong is tried again with the next change. */
  function attempt(work: () => boolean): boolean {
    try {
      return work();
    } catch {
      log.warn("mcp-feed-failed");
      return false;
    }
  }

  const patches = createPace(PATCH_PACE, clock, () => attempt(() => publish("patches")));
  const full = createPace(FULL_PACE, clock, () => attempt(() => publish("full")));
  const repeats = createPace(FULL_PACE, clock, () =>
    attempt(() => {
      send(lost, everything("patches"));
      lost.clear();
      return true;
    }),
  );

  return {
    restored() {
      const present = new Set<McpFrames>();
      for (const connection of connections()) {
        const { mcp } = connectionFlags(connection);
        if (mcp !== undefined) present.add(mcp);
      }
      if (present.size === 0) return;
      const now = shown();
      for (const kind of present) told[kind] = now;
    },
    changed() {
      patches.want();
      full.want();
      // Those who could not be told when they asked.
      if (lost.size > 0) repeats.want();
    },
    greeting: everything,
    again(connection) {
      if (connectionFlags(connection).mcp !== "patches") return;
      lost.add(connection);
      repeats.want();
    },
    catchUp(connection) {
      // Flags are read from the socket; most answers have nothing to wait for.
      if (!patches.due && !full.due) return;
      const { mcp } = connectionFlags(connection);
      if (mcp === "patches" && patches.due) patches.hurry();
      if (mcp === "full" && full.due) full.hurry();
    },
    broadcast() {
      publish("patches", true);
      publish("full", true);
    },
  };
}
