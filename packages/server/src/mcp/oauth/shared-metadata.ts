// What an authorization server publishes of itself, asked for once for all servers it signs in for.
import { whenAborted } from "../deadline.ts";
import { McpError } from "../errors.ts";
import type { GuardedFetch } from "../guarded-fetch.ts";
import type { Clock } from "../ports.ts";

/** ms; short, because a provider that mends its metadata expects the next sign-in to see it. */
const BELIEVED = 10 * 60_000;
const MAX_KNOWN = 32;

interface Known {
  readonly at: number;
  readonly answer: Promise<{ readonly status: number; readonly text: string }>;
}

export interface SharedMetadata {
  readonly fetch: GuardedFetch;
  /** A sign-in could not begin: what is published may be mended before the next one. */
  forget(): void;
}

/**
 * Only documents (200) and their absence (404) are kept, and only in memory. A document is its own host's word whoever asked for
 * it, and every asker still holds it to its own checks.
 */
export function shareMetadata(fetch: GuardedFetch, clock: Clock): SharedMetadata {
  const known = new Map<string, Known>();

  /** Whoever gives up leaves it to the others; the guard keeps the time. */
  function ask(...[url, { signal: _, ...request }]: Parameters<GuardedFetch>): Known["answer"] {
    const answer = (async () => {
      const response = await fetch(url, request);
      return { status: response.status, text: await response.text() };
    })();
    const entry = { at: clock.now(), answer };
    const forget = (): void => void (known.get(url) === entry && known.delete(url));
    answer.then(({ status }) => status === 200 || status === 404 || forget(), forget);
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(url, entry);
    return answer;
  }

  return {
    forget: () => known.clear(),
    async fetch(url, request) {
      if (request.purpose !== "as-metadata") return fetch(url, request);
      const found = known.get(url);
      const isYoung = found !== undefined && clock.now() - found.at < BELIEVED;
      const answer = isYoung ? found.answer : ask(url, request);
      const { status, text } = await (request.signal ? Promise.race([answer, leave(request.signal)]) : answer);
      return new Response(text === "" ? null : text, { status, headers: { "content-type": "application/json" } });
    },
  };
}

async function leave(signal: AbortSignal): Promise<never> {
  await whenAborted(signal);
  throw new McpError("aborted");
}
