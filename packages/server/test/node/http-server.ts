// A loopback HTTP server over a web-standard handler, which remembers what it was asked.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
  /** JSON-RPC method of the body, when there is one. */
  readonly rpc: string | undefined;
  /** Whether the client left before it had the whole answer. */
  readonly cut: () => boolean;
}

export interface TestServer {
  readonly origin: string;
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  /** HTTP and JSON-RPC methods of what came in, in order: `POST tools/list`, `GET`. */
  readonly log: () => readonly string[];
  /** Resolves when a request that satisfies `test` has come in. */
  readonly saw: (test: (request: SeenRequest) => boolean) => Promise<SeenRequest>;
  readonly close: () => Promise<void>;
}

export type WebHandler = (
  request: Request,
  seen: SeenRequest,
) => Response | null | undefined | Promise<Response | null | undefined>;
export type NodeHandler = (request: IncomingMessage, response: ServerResponse, seen: SeenRequest) => unknown;

/** `null` from the web handler leaves the request to the node handler. */
export async function serve(
  handle: WebHandler,
  raw: NodeHandler = (_request, response) => response.destroy(),
): Promise<TestServer> {
  const seen: SeenRequest[] = [];
  const waiting = new Set<() => void>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const headers = new Headers(
      Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]),
    );
    const entry: SeenRequest = {
      cut: () => response.destroyed && !response.writableFinished,
      method: request.method ?? "",
      path: request.url ?? "",
      headers,
      body,
      rpc: rpcMethod(body),
    };
    seen.push(entry);
    for (const check of waiting) check();
    const hasBody = entry.method !== "GET" && entry.method !== "HEAD";
    const ended = new AbortController();
    const gone = new Promise<void>((resolve) => response.on("close", resolve));
    response.on("close", () => ended.abort());
    const web = new Request(`http://${request.headers.host}${request.url}`, {
      method: entry.method,
      headers,
      body: hasBody ? body : null,
      signal: ended.signal,
    });
    try {
      const answer = await handle(web, entry);
      if (!answer) return void (await raw(request, response, entry));
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      response.flushHeaders();
      if (answer.body !== null) {
        const reader = answer.body.getReader();
        response.on("close", () => reader.cancel().catch(() => undefined));
        for (let part = await reader.read(); !part.done; part = await reader.read()) {
          if (!response.write(part.value))
            await Promise.race([gone, new Promise<void>((resolve) => response.once("drain", resolve))]);
          if (ended.signal.aborted) break;
        }
      }
      response.end();
    } catch {
      response.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    url: `${origin}/mcp`,
    seen,
    log: () => seen.map(({ method, rpc }) => (rpc === undefined ? method : `${method} ${rpc}`)),
    saw: (test) =>
      new Promise((resolve) => {
        const check = (): void => {
          const found = seen.find(test);
          if (found === undefined) return;
          waiting.delete(check);
          resolve(found);
        };
        waiting.add(check);
        check();
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function rpcMethod(body: string): string | undefined {
  try {
    const message = JSON.parse(body) as { method?: unknown };
    return typeof message.method === "string" ? message.method : undefined;
  } catch {
    return undefined;
  }
}
