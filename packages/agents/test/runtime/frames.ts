// A client that is no more than a socket: what arrives, exactly as it arrives, and in which order.

interface Entry {
  readonly state: string;
}

export interface Frames {
  /** Types of all frames, oldest first. */
  readonly arrived: readonly string[];
  /** The texts of one type, oldest first. */
  of(type: string): readonly string[];
  /** The latest of a type; throws where there is none. */
  last(type: string): string;
  /** The next one of a type. */
  next(type: string): Promise<string>;
  forget(): void;
  send(message: object): void;
  call(method: string, ...args: readonly unknown[]): Promise<Readonly<Record<string, unknown>>>;
  /** The states of the servers, as the frames so far tell them. */
  states(): readonly string[];
  /** How many tools they told of last. */
  tools(): number;
  close(): void;
}

/** Resolves when the first frame about the servers is here. */
export async function openFrames(url: string): Promise<Frames> {
  const socket = new WebSocket(url.replace("http", "ws"));
  const frames: { readonly type: string; readonly text: string }[] = [];
  const waiting = new Set<(type: string, text: string) => void>();
  let calls = 0;

  const once = (wanted: (type: string, text: string) => boolean): Promise<string> =>
    new Promise((resolve) => {
      const look = (type: string, text: string): void => {
        if (!wanted(type, text)) return;
        waiting.delete(look);
        resolve(text);
      };
      waiting.add(look);
    });
  const first = once((type) => type.startsWith("cf_agent_mcp_"));
  socket.addEventListener("message", ({ data }) => {
    const text = String(data);
    const { type } = JSON.parse(text) as { readonly type: string };
    frames.push({ type, text });
    for (const look of [...waiting]) look(type, text);
  });
  const of = (type: string): readonly string[] => frames.filter((each) => each.type === type).map(({ text }) => text);
  await first;

  return {
    get arrived() {
      return frames.map(({ type }) => type);
    },
    of,
    last(type) {
      const text = of(type).at(-1);
      if (text === undefined) throw new Error(`no ${type} yet`);
      return text;
    },
    next: (type) => once((found) => found === type),
    forget: () => void frames.splice(0),
    send: (message) => socket.send(JSON.stringify(message)),
    async call(method, ...args) {
      const id = String((calls += 1));
      const [path, ...rest] = args;
      const answer = once((type, text) => type === "rpc" && text.includes(`"id":"${id}"`));
      socket.send(JSON.stringify({ type: "rpc", id, method, args: [path, ...rest] }));
      return JSON.parse(await answer) as Readonly<Record<string, unknown>>;
    },
    states() {
      const known = new Map<string, string>();
      for (const { text } of frames) {
        const { mcp, servers } = JSON.parse(text) as {
          readonly mcp?: { readonly servers: Readonly<Record<string, Entry>> };
          readonly servers?: Readonly<Record<string, Entry>>;
        };
        for (const [id, { state }] of Object.entries(mcp?.servers ?? servers ?? {})) known.set(id, state);
      }
      return [...known.values()];
    },
    tools() {
      const lists = frames.flatMap(({ text }) => {
        const { tools } = JSON.parse(text) as { readonly tools?: Readonly<Record<string, readonly unknown[]>> };
        return tools && !Array.isArray(tools) ? [Object.values(tools).reduce((sum, list) => sum + list.length, 0)] : [];
      });
      return lists.at(-1) ?? 0;
    },
    close: () => socket.close(),
  };
}
