// Puts one answer on the wire, as JSON or as a stream, whole or broken.
import type { JsonObject } from "@agents-internal/protocol";
import { openEventStream } from "./event-stream.ts";
import type { McpServerSwitch } from "./faults.ts";
import { answer, type OfferOptions } from "./offer.ts";
import { failureOf, type Incoming, isObject, notificationOf, resultOf, RpcFailure } from "./rpc.ts";

export interface ReplyOptions extends OfferOptions {
  readonly answers: "json" | "sse";
  readonly hugeBytes: number;
  /** Methods of one era, asked before the common ones; `undefined` for what is not its own. */
  readonly own: (method: string, params: JsonObject) => JsonObject | undefined;
  /** What the era adds to each result. */
  readonly finish: (method: string, result: JsonObject) => JsonObject;
}

type RpcRequest = Extract<Incoming, { kind: "request" }>;

export async function reply(
  request: Request,
  message: RpcRequest,
  headers: Readonly<Record<string, string>>,
  options: ReplyOptions,
): Promise<Response> {
  const { id, method, params } = message;
  const { faults } = options;
  const token = isObject(params._meta) ? params._meta.progressToken : undefined;
  const work = async (progress: (note: JsonObject) => void): Promise<string> => {
    const call = {
      headers: request.headers,
      signal: request.signal,
      progress: (done: number, total?: number, text?: string) => {
        if (token !== undefined)
          progress(
            notificationOf("notifications/progress", { progressToken: token, progress: done, total, message: text }),
          );
      },
    };
    try {
      const result = options.own(method, params) ?? (await answer(method, params, call, options));
      return JSON.stringify(
        resultOf(
          id,
          options.finish(method, faults.has("huge") ? { ...result, padding: "x".repeat(options.hugeBytes) } : result),
        ),
      );
    } catch (error) {
      if (error instanceof RpcFailure) return JSON.stringify(failureOf(id, error));
      throw error;
    }
  };
  const shorten = (text: string) => (faults.has("cut-body") ? text.slice(0, Math.floor(text.length / 2)) : text);

  if (options.answers === "json") {
    const text = faults.has("not-json-rpc") ? '{"hello":"world"}' : await work(() => {});
    return new Response(shorten(text), { headers: { "content-type": "application/json", ...headers } });
  }
  const stream = openEventStream(request.signal, () => {}, headers);
  const finishStream = async (): Promise<void> => {
    try {
      const text = await work((note) => stream.send(note));
      const frame = `event: message\ndata: ${faults.has("not-json-rpc") ? '{"hello":"world"}' : text}\n\n`;
      stream.sendRaw(shorten(frame));
    } finally {
      stream.close();
    }
  };
  finishStream().catch(() => undefined);
  return stream.response;
}

/** The answer of a fault that spoils the whole exchange, or `undefined`. */
export function spoil(
  request: Request,
  faults: ReadonlySet<McpServerSwitch>,
): Response | Promise<Response> | undefined {
  if (faults.has("html"))
    return new Response("<!doctype html><title>Welcome</title>", { headers: { "content-type": "text/html" } });
  if (faults.has("http-500")) return new Response("Internal error", { status: 500 });
  if (faults.has("http-404")) return new Response("Not found", { status: 404 });
  if (faults.has("http-405") && request.method === "POST")
    return new Response("Method not allowed", { status: 405, headers: { allow: "GET" } });
  if (faults.has("redirect"))
    return new Response(null, { status: 307, headers: { location: "https://somebody-else.example/mcp" } });
  if (faults.has("hang")) return new Promise(() => {});
  return undefined;
}
