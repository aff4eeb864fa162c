// Looks for one description in several places, and says of every place whether it was taken, and why not.
import type { ErrorCode } from "@agents-internal/protocol";
import { McpError } from "../errors.ts";
import type { GuardedFetch } from "../guarded-fetch.ts";
import type { OAuthExceptions } from "../options.ts";
import type { TimelineFacts } from "../timeline/recorder.ts";
import { fetchMetadata } from "./metadata-document.ts";

/** What looking needs, and which checks the operator of the server gave up for it. */
export interface Lookup {
  readonly fetch: GuardedFetch;
  /** Hears of every place that was looked at. */
  readonly note: (probe: TimelineFacts) => void;
  readonly exceptions: OAuthExceptions;
}

type Purpose = "prm" | "as-metadata";

const NAMES: Readonly<Record<Purpose, string>> = {
  prm: "protected resource",
  "as-metadata": "authorization server",
};

/**
 * The first description, as `read` understands it: what it throws is final. `null` only when every place answered 404.
 *
 * Rejects with `McpError`: what `read` throws, `metadata-invalid` when something else answered, `http-error` when a host is in
 * trouble or forbids the look, and what the guarded fetch throws. None of these is a reason to fall back to older habits.
 */
export async function findDescription<T>(
  { fetch, note }: Pick<Lookup, "fetch" | "note">,
  purpose: Purpose,
  places: Iterable<string>,
  read: (document: Readonly<Record<string, unknown>>, place: string) => T,
): Promise<T | null> {
  const name = NAMES[purpose];
  let unusable: McpError | null = null;
  for (const url of places) {
    const tell = (verdict: string, facts: { status?: number | undefined; code?: ErrorCode } = {}): void =>
      note({ step: "probe", url, detail: `${name}: ${verdict}`, ...facts });
    const answer = await fetchMetadata(fetch, url, purpose).catch((thrown: unknown) => {
      const error = McpError.from(thrown);
      tell("no answer", { status: error.status, code: error.code });
      throw error;
    });
    const { status } = answer;
    if (answer.kind === "found") {
      try {
        const found = read(answer.document, url);
        tell("taken", { status });
        return found;
      } catch (thrown) {
        const error = McpError.from(thrown);
        tell("not taken", { status, code: error.code });
        throw error;
      }
    }
    tell(answer.kind === "absent" ? "not there" : answer.kind === "forbidden" ? "forbidden" : "no description", {
      status,
    });
    // A firewall before one place says nothing of the next one.
    if (answer.kind === "forbidden")
      unusable ??= new McpError("http-error", { status, detail: `(${purpose}: ${status})` });
    if (answer.kind === "unusable") unusable ??= new McpError("metadata-invalid", { status, detail: `(${name})` });
  }
  if (unusable !== null) throw unusable;
  return null;
}
