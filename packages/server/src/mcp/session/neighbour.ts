// What one server at a host speaks, another one there most likely does, too: tried first, and no more than that.
import type { ErrorCode } from "@agents-internal/protocol";
import { McpError } from "../errors.ts";
import type { OpenSession, OpenSessionOptions, Session, SessionFacts } from "./session.ts";

export interface Neighbour {
  readonly url: string;
  readonly facts: SessionFacts | null;
}

/**
 * What was found out last at the same origin. Only of streamable HTTP: what is spared is the question of the era; with the older
 * transport nothing would be.
 */
export function neighbourAt(url: string, others: Iterable<Neighbour>): SessionFacts | null {
  const { origin } = new URL(url);
  let latest: SessionFacts | null = null;
  for (const { url: at, facts } of others) {
    if (facts?.transport !== "streamable-http" || facts.decidedAt === undefined || new URL(at).origin !== origin)
      continue;
    if (latest === null || facts.decidedAt > (latest.decidedAt ?? 0)) latest = facts;
  }
  return latest;
}

/** Failures of the way there, or of who asks: they say nothing of what the server speaks. */
const ELSEWHERE: ReadonlySet<ErrorCode> = new Set([
  "aborted",
  "authorization-required",
  "forbidden",
  "host-unreachable",
  "insufficient-scope",
  "option-invalid",
  "redirect-refused",
  "timeout",
  "token-rejected",
  "url-blocked",
  "url-invalid",
  "vault-locked",
]);

/** Open as `neighbour` was opened; where that does not work, as if nothing were known. */
export async function openLike(
  neighbour: SessionFacts | null,
  open: OpenSession,
  options: OpenSessionOptions,
): Promise<Session> {
  if (neighbour === null || options.transport === "sse" || options.transport === "rpc") return open(options);
  try {
    return await open({ ...options, known: neighbour });
  } catch (thrown) {
    const { code } = McpError.from(thrown);
    if (ELSEWHERE.has(code) || options.signal?.aborted) throw thrown;
    return open(options);
  }
}
