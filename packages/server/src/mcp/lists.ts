// The lists a server offers, by name, and what is known of each besides its items.
import type { McpListName, McpListProblem } from "@agents-internal/protocol";

export const LIST_NAMES: readonly McpListName[] = ["tools", "prompts", "resources", "resourceTemplates"];

export interface ListReport {
  /** What keeps the list from being whole; empty when nothing does. */
  readonly problems: readonly McpListProblem[];
  /** ms since the epoch until which it is not read again unasked; `null`: nobody has said. */
  readonly freshUntil: number | null;
}

export type ListReports = Readonly<Partial<Record<McpListName, ListReport>>>;
