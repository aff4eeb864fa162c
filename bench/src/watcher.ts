// A client that is connected to an agent and counts what it gets, as one that asks for patches or as one that cannot.
import { once } from "node:events";
import { createToldState, type ServersFrame } from "./told-state.ts";

export interface Watcher {
  /** Frames with the state of the servers. */
  readonly frames: number;
  readonly frameBytes: number;
  /** Everything, those included. */
  readonly messages: number;
  readonly bytes: number;
  /** Bytes of the latest state in a full frame. */
  readonly stateBytes: number;
  /** The first frame of which `test` holds, and when it came (`performance.now()`). Those already here count. */
  saw(test: (mcp: ServersFrame) => boolean): Promise<number>;
  forget(): void;
  /** Calls a `@callable` method. */
  call(method: string, ...args: readonly unknown[]): Promise<unknown>;
  close(): void;
}

const TIMEOUT_MS = 30_000;

export const isReady = ({ servers }: ServersFrame): boolean =>
  Object.values(servers).every(({ state }) => state === "ready");

export interface WatchOptions {
  readonly reads?: boolean;
  /** As a client of another make, or of an earlier day, that is told everything each time; the reference has no others. */
  readonly inFull?: boolean;
}

/**
 * `path` as in `/agents/bench/name`. With `reads: false` frames are counted as `messages` and not looked into, so that a
 * hundred of these do not fill the machine.
 */
export async function watchAgent(
  origin: string,
  path: string,
  { reads = true, inFull = false }: WatchOptions = {},
): Promise<Watcher> {
  // As the package's own client asks; the reference takes no notice.
  const query = inFull ? "" : "?_agents_mcp=patches";
  const socket = new WebSocket(`${origin.replace("http", "ws")}${path}${query}`);
  const told = createToldState();
  const pending = new Map<string, (result: unknown) => void>();
  const waiting = new Set<(mcp: ServersFrame, at: number) => void>();
  const seen: { readonly mcp: ServersFrame; readonly at: number }[] = [];
  const counted = { frames: 0, frameBytes: 0, messages: 0, bytes: 0 };
  let last: ServersFrame | undefined;
  let asked = 0;

  socket.addEventListener("message", ({ data }) => {
    const at = performance.now();
    const text = String(data);
    const size = Buffer.byteLength(text);
    counted.messages += 1;
    counted.bytes += size;
    if (!reads) return;
    const message = JSON.parse(text) as { type?: string; id?: string; result?: unknown };
    if (message.type === "rpc" && message.id !== undefined) {
      pending.get(message.id)?.(message.result);
      pending.delete(message.id);
    }
    const mcp = told.take(message);
    if (mcp === undefined) return;
    counted.frames += 1;
    counted.frameBytes += size;
    last = mcp;
    seen.push({ mcp, at });
    for (const look of waiting) look(mcp, at);
  });
  await once(socket, "open");

  return {
    get frames() {
      return counted.frames;
    },
    get frameBytes() {
      return counted.frameBytes;
    },
    get messages() {
      return counted.messages;
    },
    get bytes() {
      return counted.bytes;
    },
    get stateBytes() {
      return Buffer.byteLength(JSON.stringify({ type: "cf_agent_mcp_servers", mcp: last }));
    },
    saw: (test) =>
      new Promise((resolve, reject) => {
        const found = seen.find(({ mcp }) => test(mcp));
        if (found) return void resolve(found.at);
        const timer = setTimeout(
          () => reject(new Error(`no such frame: ${JSON.stringify(last?.servers)}`)),
          TIMEOUT_MS,
        );
        const look = (mcp: ServersFrame, at: number) => {
          if (!test(mcp)) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve(at);
        };
        waiting.add(look);
      }),
    forget() {
      seen.length = 0;
      Object.assign(counted, { frames: 0, frameBytes: 0, messages: 0, bytes: 0 });
    },
    call(method, ...args) {
      const id = String((asked += 1));
      const answered = new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${method} was not answered`)), TIMEOUT_MS);
        pending.set(id, (result) => {
          clearTimeout(timer);
          resolve(result);
        });
      });
      socket.send(JSON.stringify({ type: "rpc", id, method, args }));
      return answered;
    },
    close: () => socket.close(),
  };
}
