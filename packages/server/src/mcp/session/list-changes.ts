// Passes on that a list changed: the first time at once, a storm of them as one.
import type { Wait } from "../transport/wait.ts";
import type { CatalogueKind, SessionFacts } from "./session.ts";

const QUIET_MS = 1000;

/**
 * A function to call at every notification. `report` runs at once for the first of a kind, then at most once in `QUIET_MS` for as long as
 * they keep coming, and always after the last one.
 */
export function coalesceChanges(
  report: (kind: CatalogueKind) => void,
  wait: Wait,
  signal: AbortSignal,
): (kind: CatalogueKind) => void {
  const state = new Map<CatalogueKind, "quiet" | "again">();

  const rest = async (kind: CatalogueKind): Promise<void> => {
    state.set(kind, "quiet");
    report(kind);
    await wait(QUIET_MS, signal);
    const again = state.get(kind) === "again";
    state.delete(kind);
    if (again && !signal.aborted) void rest(kind);
  };

  return (kind) => {
    if (signal.aborted) return;
    if (state.has(kind)) state.set(kind, "again");
    else void rest(kind);
  };
}

/** The lists whose changes the server announces. */
export function announced({ capabilities: { tools, prompts, resources } }: SessionFacts): readonly CatalogueKind[] {
  return [
    ...(tools?.listChanged === true ? (["tools"] as const) : []),
    ...(prompts?.listChanged === true ? (["prompts"] as const) : []),
    ...(resources?.listChanged === true ? (["resources", "resourceTemplates"] as const) : []),
  ];
}
