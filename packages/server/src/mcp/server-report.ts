// Gathers what a report on one server is made of.
import { serverView, type ViewParts } from "./publish/server-views.ts";
import type { Vault } from "./vault.ts";
import type { Timeline } from "./timeline/recorder.ts";
import { toReport } from "./timeline/report.ts";

export interface ReportParts extends ViewParts {
  readonly vault: Pick<Vault, "status">;
  readonly timeline: Pick<Timeline, "of">;
}

/** Throws `server-not-found`. */
export function serverReport(parts: ReportParts, serverId: string): string {
  const runner = parts.connections.require(serverId);
  const timeline = parts.timeline.of(serverId);
  return toReport({
    view: serverView(parts, runner),
    options: runner.record.options,
    vault: parts.vault.status,
    timeline,
  });
}
