// One loopback port that hands requests to a web-standard handler and counts what passes.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { FetchHandler } from "agents/testing";
import type { TrafficLog } from "./traffic-log.ts";

export interface Listener {
  readonly origin: string;
  serve(handler: FetchHandler): void;
}

export interface ListenOptions {
  readonly delayMs: number;
  readonly traffic: TrafficLog;
  /** A path that is opened by people: neither counted nor late. */
  readonly peoples?: string;
}

export async function listen({ delayMs, traffic, peoples }: ListenOptions): Promise<Listener> {
  let handler: FetchHandler = async () => new Response(null, { status: 503 });
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await bodyOf(incoming);
    const counts = peoples === undefined || !(incoming.url ?? "").startsWith(peoples);
    const answered = counts ? traffic.request(nameOf(incoming, body)) : () => {};
    traffic.bytes(body.length);
    if (counts && delayMs > 0) await pause(delayMs);
    const left = new AbortController();
    outgoing.on("close", () => left.abort());
    const response = await handler(requestOf(incoming, body, left.signal));
    answered();
    const headers = Object.fromEntries(response.headers);
    if (!headers["content-type"]?.startsWith("text/event-stream")) {
      // What is whole says its length, as servers of every make do.
      const whole = Buffer.from(await response.arrayBuffer());
      traffic.bytes(whole.length);
      outgoing.writeHead(response.status, { ...headers, "content-length": whole.length }).end(whole);
      return;
    }
    outgoing.writeHead(response.status, headers);
    outgoing.flushHeaders();
    for await (const part of response.body ?? []) {
      traffic.bytes(part.length);
      outgoing.write(part);
    }
    outgoing.end();
  };
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.keepAliveTimeout = 60_000;
  // Streams end when somebody ends them.
  server.requestTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: (next) => void (handler = next),
  };
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

function requestOf(
  { method = "GET", url = "/", headers }: IncomingMessage,
  body: string,
  signal: AbortSignal,
): Request {
  const list = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  return new Request(`http://${headers.host}${url}`, {
    method,
    headers: list,
    body: body === "" ? null : body,
    signal,
  });
}

/** The protocol's method, where there is one; the path of everything else. */
function nameOf({ method, url, headers }: IncomingMessage, body: string): string {
  if (!(headers["content-type"] ?? "").startsWith("application/json")) return `${method} ${url}`;
  const message = JSON.parse(body) as { method?: unknown };
  return `${method} ${typeof message.method === "string" ? message.method : url}`;
}
