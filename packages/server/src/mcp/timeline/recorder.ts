// Writes down what happened to a server: the one way in for every part that has something to say.
import type {
  ErrorCode,
  MCPConnectionState,
  TimelineEntry,
  TimelineNext,
  TimelineStep,
} from "@agents-internal/protocol";
import type { Clock } from "../ports.ts";
import type { TimelineTable } from "../storage/timeline-table.ts";
import { harmlessText, harmlessUrl } from "./harmless.ts";

/** What is left out is not known, or does not matter. Text and addresses are made harmless here, whoever wrote them. */
export interface TimelineFacts {
  readonly step: TimelineStep;
  readonly state?: MCPConnectionState | undefined;
  readonly code?: ErrorCode | null | undefined;
  readonly status?: number | null | undefined;
  /** The address that was asked; its host is noted with it. */
  readonly url?: string | undefined;
  /** An address of which only the host is noted. */
  readonly at?: string | undefined;
  readonly detail?: string | null | undefined;
  readonly next?: TimelineNext | undefined;
  /** ms since the epoch */
  readonly nextAt?: number | null | undefined;
}

export interface Timeline {
  /**
   * Synchronous: call it in the transaction of what is told, where there is one. The same thing several times in a row is
   * one entry. Nothing is written for a server that is not stored (any more).
   */
  record(serverId: string, facts: TimelineFacts): void;
  /** Oldest first. */
  of(serverId: string): readonly TimelineEntry[];
  forget(serverId: string): void;
}

export function createTimeline(table: TimelineTable, clock: Clock): Timeline {
  return {
    record: (serverId, facts) => table.append(serverId, clock.now(), toEntry(facts)),
    of: table.of,
    forget: table.delete,
  };
}

function toEntry(facts: TimelineFacts): Omit<TimelineEntry, "number" | "at" | "times"> {
  const { step, state = null, code = null, status = null, url, at = url, detail, next = null, nextAt = null } = facts;
  return {
    step,
    state,
    code,
    status,
    host: at !== undefined && URL.canParse(at) ? new URL(at).host || null : null,
    url: url === undefined ? null : harmlessUrl(url),
    detail: detail ? harmlessText(detail) : null,
    next,
    nextAt,
  };
}
