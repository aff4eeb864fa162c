// One loopback port: bound first, so that its address is known, and given a handler afterwards.
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createRequestLog, type RequestLog } from "./request-log.ts";

const LOOPBACK = "127.0.0.1";
const LOCAL_NAMES = new Set(["localhost", "127.0.0.1"]);

export interface HttpSlot {
  readonly port: number;
  /** `http://localhost:PORT` */
  readonly origin: string;
  readonly requests: RequestLog;
  serve(listener: RequestListener): void;
  /** Stops listening and cuts every connection, streams included. */
  close(): Promise<void>;
}

export interface OpenSlotOptions {
  /** 0 asks the system for any free port. */
  readonly port: number;
  /** Ports that must not be used instead of a taken one. */
  readonly avoid: ReadonlySet<number>;
  /** Told when `port` is taken and which one is used instead. */
  readonly onTaken: (taken: number, used: number) => void;
}

/** Binds 127.0.0.1. When the port is taken, the next free one that is not in `avoid` is used. */
export async function openSlot({ port, avoid, onTaken }: OpenSlotOptions): Promise<HttpSlot> {
  const server = createServer();
  let candidate = port;
  while (!(await tryListen(server, candidate))) {
    do candidate += 1;
    while (avoid.has(candidate));
  }
  const used = (server.address() as AddressInfo).port;
  if (port !== 0 && used !== port) onTaken(port, used);

  const requests = createRequestLog();
  let listener: RequestListener = (_request, response) => void response.writeHead(503).end("Starting.");
  server.on("request", (request, response) => {
    if (!isLocal(request)) return void response.writeHead(421).end("Only reachable as localhost.");
    const seen = describe(request);
    if (!seen.path.startsWith("/__test/")) requests.record(seen);
    listener(request, response);
  });
  return {
    port: used,
    origin: `http://localhost:${used}`,
    requests,
    serve: (next) => void (listener = next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** False when the port is taken; any other failure is thrown. */
function tryListen(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      server.removeAllListeners("error").removeAllListeners("listening");
      act();
    };
    server.once("listening", () => settle(() => resolve(true)));
    server.once("error", (error: NodeJS.ErrnoException) =>
      settle(() => (error.code === "EADDRINUSE" ? resolve(false) : reject(error))),
    );
    server.listen(port, LOOPBACK);
  });
}

/** A web page elsewhere must not reach these servers by rebinding its own name to loopback. */
function isLocal(request: IncomingMessage): boolean {
  return LOCAL_NAMES.has((request.headers.host ?? "").replace(/:\d+$/, ""));
}

function describe(request: IncomingMessage) {
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
  return {
    method: request.method ?? "GET",
    path: (request.url ?? "/").replace(/\?.*$/, ""),
    headers: Object.fromEntries(headers),
  };
}
