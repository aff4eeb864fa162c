// The developer's own headers: which names they may use.
import { McpError } from "../errors.ts";
import type { HeadersInput } from "../options.ts";

const RESERVED = new Set([
  "connection",
  "content-length",
  "cookie",
  "expect",
  "host",
  "keep-alive",
  "last-event-id",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** RFC 9110 section 5.5. Node refuses other values, workerd would send them as UTF-8: the same answer in both. */
const LATIN = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * The headers as pairs with lower-case names.
 *
 * Throws `option-invalid` for a name or value HTTP does not allow, and for names the transport or the platform owns: `Cookie`, `Host`,
 * `Content-Length`, hop-by-hop headers, `Last-Event-ID`, everything that starts with `Mcp-` or `Proxy-`.
 */
export function checkCustomHeaders(input: HeadersInput): readonly (readonly [string, string])[] {
  const headers = parse(input);
  for (const [name, value] of headers) {
    if (!LATIN.test(value)) throw notHttp();
    if (RESERVED.has(name) || name.startsWith("mcp-") || name.startsWith("proxy-")) {
      throw new McpError("option-invalid", { detail: `The header "${name}" cannot be set by hand.` });
    }
  }
  return headers;
}

function parse(input: HeadersInput): readonly (readonly [string, string])[] {
  try {
    const pairs = Symbol.iterator in input ? [...input] : Object.entries(input);
    const headers = new Headers();
    for (const [name = "", value = ""] of pairs) headers.append(name, value);
    return [...headers];
  } catch (cause) {
    throw notHttp(cause);
  }
}

function notHttp(cause?: unknown): McpError {
  return new McpError("option-invalid", { detail: "A header has a name or value that HTTP does not allow.", cause });
}
