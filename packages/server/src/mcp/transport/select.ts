// Decides between the two transports when the developer left it open.
import { McpError } from "../errors.ts";
import type { RequestedTransport } from "../options.ts";
import type { TransportKind } from "../session/session.ts";

/**
 * Run `connect` with the transport that was asked for. `auto`: streamable HTTP, and SSE only when the server answered the first
 * request with a status that says it does not know that transport; never because of a sign-in, a network fault or a bad answer.
 */
export async function withTransport<T>(
  requested: RequestedTransport,
  connect: (kind: TransportKind) => Promise<T>,
  onFallback: () => void,
): Promise<T> {
  if (requested !== "auto") return connect(requested);
  let first: McpError;
  try {
    return await connect("streamable-http");
  } catch (error) {
    if (!(error instanceof McpError) || error.code !== "transport-not-implemented") throw error;
    first = error;
  }
  onFallback();
  try {
    return await connect("sse");
  } catch (error) {
    if (!(error instanceof McpError) || error.code !== "transport-not-implemented") throw error;
    // The place exists and takes neither POST nor GET: no page, and no transport of ours either.
    if (first.status === 405 && error.status === 405) throw error;
    throw new McpError("not-an-mcp-server", { status: first.status, detail: `(HTTP ${first.status})`, cause: error });
  }
}
