// The only way out to the network: judges every hop, bounds every answer.
import { McpError } from "../errors.ts";
import type { GuardedFetch, GuardedRequest } from "../guarded-fetch.ts";
import { FETCH_LIMITS, type FetchLimits, isDocument, mayRedirect } from "./limits.ts";
import { discard, readBytes } from "./read-body.ts";
import { checkUrl } from "./url-policy.ts";

export interface GuardedFetchOptions {
  /** The raw network. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** Exact origins exempt from the url policy; see `checkUrl`. */
  readonly allowOrigins: readonly string[];
  readonly limits?: Partial<FetchLimits>;
}

/**
 * Make the guarded fetch.
 *
 * Redirects: same origin, or http to https on one host, at most three, with method and body kept (301, 302 and 303 only for GET);
 * registration, token and revocation requests follow none. Answers of every purpose but `mcp` are read here, whole, within
 * `documentBytes` and `documentMs`; an `mcp` answer is returned as soon as its head is there, and its reader counts.
 */
export function createGuardedFetch(options: GuardedFetchOptions): GuardedFetch {
  const limits: FetchLimits = { ...FETCH_LIMITS, ...options.limits };
  return async (url, request) => {
    const deadline = startDeadline(request, limits);
    try {
      const response = await follow(options, limits, checkUrl(url, options.allowOrigins), request, deadline.signal);
      if (!isDocument(request.purpose)) return response;
      const bytes = await readBytes(response, limits.documentBytes, deadline.signal);
      const bodyless = response.status === 204 || response.status === 205 || response.status === 304;
      return new Response(bodyless ? null : bytes, {
        status: response.status,
        headers: withoutCoding(response.headers),
      });
    } catch (error) {
      throw deadline.explain(error, url);
    } finally {
      deadline.headArrived();
    }
  };
}

async function follow(
  { fetch, allowOrigins }: GuardedFetchOptions,
  limits: FetchLimits,
  start: URL,
  request: GuardedRequest,
  signal: AbortSignal,
): Promise<Response> {
  let url = start;
  for (let hop = 0; ; hop += 1) {
    const method = request.method ?? "GET";
    const response = await fetch(
      new Request(url.href, {
        method,
        headers: new Headers(request.headers),
        body: request.body ?? null,
        redirect: "manual",
        signal,
      }),
    );
    const location = response.headers.get("location");
    if (!isRedirect(response.status) || location === null) return response;
    discard(response);
    const next = URL.canParse(location, url.href) ? new URL(location, url) : null;
    const keepsMethod = response.status >= 307 || method === "GET" || method === "HEAD";
    if (
      !mayRedirect(request.purpose) ||
      !keepsMethod ||
      hop >= limits.redirects ||
      next === null ||
      !isSamePlace(url, next)
    ) {
      throw new McpError("redirect-refused", { status: response.status, detail: `(from ${url.host})` });
    }
    url = checkUrl(next.href, allowOrigins);
  }
}

function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

function isSamePlace(from: URL, to: URL): boolean {
  if (from.origin === to.origin) return true;
  return from.protocol === "http:" && to.protocol === "https:" && from.hostname === to.hostname;
}

/** The body was decoded while it was read, so what described its coding no longer holds. */
function withoutCoding(headers: Headers): Headers {
  const plain = new Headers(headers);
  plain.delete("content-encoding");
  plain.delete("content-length");
  plain.delete("transfer-encoding");
  return plain;
}

interface Deadline {
  readonly signal: AbortSignal;
  /** Stop the clock. The caller's own signal goes on ending the body. */
  headArrived(): void;
  explain(error: unknown, url: string): McpError;
}

function startDeadline(request: GuardedRequest, limits: FetchLimits): Deadline {
  const controller = new AbortController();
  const document = isDocument(request.purpose);
  const ms = document ? limits.documentMs : request.headMs === undefined ? limits.headMs : request.headMs;
  const timer = ms === null ? null : setTimeout(() => controller.abort(new McpError("timeout")), ms);
  const caller = request.signal;
  const onAbort = (): void =>
    controller.abort(caller?.reason instanceof McpError ? caller.reason : new McpError("aborted"));
  if (caller?.aborted) onAbort();
  else caller?.addEventListener("abort", onAbort, { once: true });
  return {
    signal: controller.signal,
    headArrived() {
      if (timer !== null) clearTimeout(timer);
      if (document) caller?.removeEventListener("abort", onAbort);
    },
    explain(error, url) {
      if (error instanceof McpError) return error;
      if (controller.signal.reason instanceof McpError) return controller.signal.reason;
      return new McpError("host-unreachable", { detail: `(${new URL(url).host})`, cause: error });
    },
  };
}
