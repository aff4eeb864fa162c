// A WebSocket client for tests that waits for frames instead of sleeping.

export interface TestSocket {
  readonly socket: WebSocket;
  /** The next text frame, parsed when it is JSON. Waits for it. */
  next(): Promise<unknown>;
  /** Waits for `count` frames. */
  take(count: number): Promise<unknown[]>;
  send(message: unknown): void;
  /** Calls a method; resolves to the first answer with its id. */
  call(method: string, ...args: unknown[]): Promise<Record<string, unknown>>;
  readonly closed: Promise<{ code: number; reason: string }>;
}

export function wrapSocket(socket: WebSocket): TestSocket {
  const frames: unknown[] = [];
  const waiting: ((frame: unknown) => void)[] = [];
  const answers = new Map<string, (frame: Record<string, unknown>) => void>();
  let calls = 0;

  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.addEventListener("close", ({ code, reason }) => resolve({ code, reason }));
  });
  socket.addEventListener("message", ({ data }) => {
    const frame = parse(data);
    const answer = isRpc(frame) ? answers.get(frame.id) : undefined;
    if (isRpc(frame) && answer) {
      answers.delete(frame.id);
      return answer(frame);
    }
    const receiver = waiting.shift();
    if (receiver) receiver(frame);
    else frames.push(frame);
  });
  socket.accept();

  const next = (): Promise<unknown> =>
    frames.length > 0 ? Promise.resolve(frames.shift()) : new Promise((resolve) => waiting.push(resolve));
  return {
    socket,
    closed,
    next,
    async take(count) {
      const taken: unknown[] = [];
      while (taken.length < count) taken.push(await next());
      return taken;
    },
    send: (message) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
    call(method, ...args) {
      const id = `call-${(calls += 1)}`;
      return new Promise((resolve) => {
        answers.set(id, resolve);
        socket.send(JSON.stringify({ type: "rpc", id, method, args }));
      });
    },
  };
}

function parse(data: unknown): unknown {
  if (typeof data !== "string") return data;
  try {
    return JSON.parse(data);
  } catch {
    return data;
  }
}

function isRpc(frame: unknown): frame is Record<string, unknown> & { id: string } {
  return typeof frame === "object" && frame !== null && "type" in frame && frame.type === "rpc";
}

/** Open a socket through the Worker; rejects when the answer is not an upgrade. */
export async function openSocket(
  fetcher: { fetch(request: Request): Promise<Response> },
  path: string,
  headers: Record<string, string> = {},
): Promise<TestSocket> {
  const response = await fetcher.fetch(
    new Request(`https://app.example${path}`, { headers: { Upgrade: "websocket", ...headers } }),
  );
  if (!response.webSocket) throw new Error(`No upgrade: ${response.status} ${await response.text()}`);
  return wrapSocket(response.webSocket);
}
