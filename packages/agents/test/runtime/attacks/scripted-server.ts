// MCP servers whose every answer a test writes.
import type { Answer } from "./arena.ts";

export type Method = (params: Record<string, unknown>, request: Request, id: unknown) => unknown;

/** An open MCP server that answers each method as it likes. `stream` answers its GET. */
export function speak(
  methods: Readonly<Record<string, Method>>,
  stream?: () => Response,
  headers: Record<string, string> = {},
): Answer {
  return async (request) => {
    if (request.method === "GET") return stream?.() ?? new Response(null, { status: 405 });
    if (request.method !== "POST") return new Response(null, { status: 405 });
    const { id, method, params = {} } = JSON.parse(await request.text());
    if (id === undefined) return new Response(null, { status: 202 });
    const all: Readonly<Record<string, Method>> = { initialize: () => HELLO, ...methods };
    const answer = all[method]?.(params, request, id);
    if (answer instanceof Response) return answer;
    const body = answer === undefined ? { error: { code: -32601, message: "no" } } : { result: answer };
    return Response.json({ jsonrpc: "2.0", id, ...body }, { headers });
  };
}
/** How a server of 2025-11-25 answers the handshake. */
export const HELLO = {
  protocolVersion: "2025-11-25",
  capabilities: { tools: { listChanged: true } },
  serverInfo: { name: "evil", version: "1" },
};
export const tool = (name: unknown, more = {}) => ({ name, inputSchema: { type: "object" }, ...more });
export const events = (
  text: string,
  after: (controller: ReadableStreamDefaultController<Uint8Array>) => void = (c) => c.close(),
) =>
  new Response(
    new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(text));
        after(controller);
      },
    }),
    { headers: { "content-type": "text/event-stream" } },
  );
