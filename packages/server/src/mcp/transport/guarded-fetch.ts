// The only way out to the network: judges every hop, bounds every answer.
import { McpError } from "../errors.ts";
import type { GuardedFetch, GuardedRequest } from "../guarded-fetch.ts";
import { FETCH_LIMITS, type FetchLimits, isDocument, mayRedirect } from "./limits.ts";
import { discard, readBytes } from "./read-body.ts";
import { checkUrl } from "./url-policy.ts";

/** Addresses of which it is remembered that they may be reached. */
const MAX_JUDGED = 100;

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
  const judged = createJudgedUrls(options.allowOrigins);
  return async (url, request) => {
    const deadline = startDeadline(request, limits);
    try {
      const response = await follow(options, limits, judged(url), request, deadline.signal);
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

/** An address is the same each time: what was found allowed is remembered, for the last few. */
function createJudgedUrls(allowOrigins: readonly string[]): (url: string) => string {
  const allowed = new Map<string, string>();
  return (url) => {
    const known = allowed.get(url);
    if (known !== undefined) return known;
    const { href } = checkUrl(url, allowOrigins);
    if (allowed.size >= MAX_JUDGED) allowed.clear();
    allowed.set(url, href);
    return href;
  };
}

async function follow(
  { fetch, allowOrigins }: GuardedFetchOptions,
  limits: FetchLimits,
  start: string,
  request: GuardedRequest,
  signal: AbortSignal | undefined,
): Promise<Response> {
  let href = start;
  for (let hop = 0; ; hop += 1) {
    const method = request.method ?? "GET";
    const response = await fetch(
      new Request(href, {
        method,
        headers: request.headers ?? {},
        body: request.body ?? null,
        redirect: "manual",
        signal: signal ?? null,
      }),
    );
    if (!isRedirect(response.status)) return response;
    const location = response.headers.get("location");
    if (location === null) return response;
    discard(response);
    const url = new URL(href);
    const next = URL.canParse(location, href) ? new URL(location, href) : null;
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
    ({ href } = checkUrl(next.href, allowOrigins));
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
  readonly signal: AbortSignal | undefined;
  /** Stop the clock. The caller's own signal goes on ending the body. */
  headArrived(): void;
  explain(error: unknown, url: string): McpError;
}

function startDeadline(request: GuardedRequest, limits: FetchLimits): Deadline {
  const caller = request.signal;
  const document = isDocument(request.purpose);
  const ms = document ? limits.documentMs : request.headMs === undefined ? limits.headMs : request.headMs;
  if (ms === null)
    return { signal: caller, headArrived: () => undefined, explain: (error, url) => explain(error, url, caller) };
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new McpError("timeout")), ms);
  const onAbort = (): void =>
    controller.abort(caller?.reason instanceof McpError ? caller.reason : new McpError("aborted"));
  if (caller?.aborted) onAbort();
  else caller?.addEventListener("abort", onAbort, { once: true });
  return {
    signal: controller.signal,
    headArrived() {
      clearTimeout(timer);
      if (document) caller?.removeEventListener("abort", onAbort);
    },
    explain: (error, url) => explain(error, url, controller.signal),
  };
}

function explain(error: unknown, url: string, signal: AbortSignal | undefined): McpError {
  if (error instanceof McpError) return error;
  if (signal?.aborted) return signal.reason instanceof McpError ? signal.reason : new McpError("aborted");
  return new McpError("host-unreachable", { detail: `(${new URL(url).host})`, cause: error });
}
