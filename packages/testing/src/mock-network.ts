// A network without sockets: hosts are functions, and every request is remembered.

/** A server as a function; the shape of a Worker's `fetch`. */
export type FetchHandler = (request: Request) => Response | Promise<Response>;

export interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface MockNetwork {
  /** Use in place of the global `fetch`. Rejects with `TypeError` for a host that is not there, as the real one does. */
  readonly fetch: (input: Request | string | URL, init?: RequestInit) => Promise<Response>;
  /** Everything asked so far, oldest first. */
  readonly requests: readonly RecordedRequest[];
  /** Put a host up (or another one in its place); `null` takes it down. */
  route(origin: string, handler: FetchHandler | null): void;
  /** Forget the recorded requests. */
  forget(): void;
}

const MAX_REDIRECTS = 20;

/**
 * Compose hosts into a network.
 *
 * @param hosts origin (`https://mcp.example`) → handler
 */
export function createMockNetwork(hosts: Readonly<Record<string, FetchHandler>> = {}): MockNetwork {
  const routes = new Map(Object.entries(hosts));
  const requests: RecordedRequest[] = [];

  const once = async (request: Request): Promise<Response> => {
    const { url, method, signal } = request;
    const body = await request.clone().text();
    requests.push({ method, url, headers: Object.fromEntries(request.headers), body });
    const handler = routes.get(new URL(url).origin);
    if (handler === undefined)
      throw new TypeError("fetch failed", { cause: new Error(`No host ${new URL(url).origin} in this network.`) });
    const response = await untilAborted(signal, async () => handler(request));
    return withAddress(abortable(response, request), url);
  };

  const follow = async (request: Request, hops: number): Promise<Response> => {
    const again = request.redirect === "follow" ? request.clone() : request;
    const response = await once(request);
    const location = response.headers.get("location");
    if (request.redirect === "manual" || location === null || response.status < 300 || response.status > 399)
      return response;
    if (request.redirect === "error" || hops === MAX_REDIRECTS)
      throw new TypeError("fetch failed", { cause: new Error("unexpected redirect") });
    const target = new URL(location, request.url).href;
    const asGet = response.status === 303 || (response.status < 303 && request.method === "POST");
    const { headers, signal } = again;
    return follow(asGet ? new Request(target, { headers, signal }) : new Request(target, again), hops + 1);
  };

  return {
    fetch: async (input, init) => {
      const request = input instanceof Request && init === undefined ? input : new Request(input, init);
      request.signal.throwIfAborted();
      return follow(request, 0);
    },
    requests,
    route(origin, handler) {
      if (handler === null) routes.delete(origin);
      else routes.set(origin, handler);
    },
    forget: () => void requests.splice(0),
  };
}

/** Settles as `work` does, or rejects as soon as the signal aborts. */
async function untilAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    if (stop) signal.removeEventListener("abort", stop);
  }
}

/** The body ends in an error when the request is aborted, as a real one does. In Node only the request itself keeps its signal going. */
function abortable(response: Response, request: Request): Response {
  if (response.body === null) return response;
  const reader = response.body.getReader();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await untilAborted(request.signal, () => reader.read());
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        controller.error(error);
        await reader.cancel(error).catch(() => undefined);
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
  const { status, statusText, headers } = response;
  return new Response(body, { status, statusText, headers });
}

function withAddress(response: Response, url: string): Response {
  return Object.defineProperty(response, "url", { value: url });
}
