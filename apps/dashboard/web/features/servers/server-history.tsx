// Why it failed, or how it came to work: every step the agent wrote down, and a report of it to paste elsewhere.
import { describeError } from "agents/client";
import { NEXT_TEXT, STEP_TEXT } from "../../i18n/timeline.ts";
import { text } from "../../i18n/en.ts";
import type { TimelineEntry, WhatHappened } from "../../model.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { ERROR_TEXT } from "../../i18n/errors.ts";

/** `null`: not known yet, or not to be had. */
export function ServerHistory({ happened }: { readonly happened: WhatHappened | null }) {
  return (
    <section className="min-w-0 space-y-2 lg:col-span-2">
      <div className="flex items-center justify-between gap-4">
        <h2 className="text-sm font-semibold">{text.about.happened}</h2>
        {happened !== null && <CopyButton value={happened.report} label={text.about.copyReport} />}
      </div>
      {happened === null ? (
        <p className="text-sm text-muted">{text.about.happenedUnknown}</p>
      ) : (
        <ol
          aria-label={text.about.happened}
          className="divide-y divide-line rounded-2xl border border-line bg-surface px-4 text-sm shadow-card sm:px-5"
        >
          {happened.entries.map((entry) => (
            <Step key={entry.number} entry={entry} />
          ))}
        </ol>
      )}
    </section>
  );
}

/** The date only where it is another day's. */
function whenOf(at: number): string {
  const date = new Date(at);
  return date.toDateString() === new Date().toDateString() ? date.toLocaleTimeString() : date.toLocaleString();
}

function Step({ entry }: { readonly entry: TimelineEntry }) {
  const { step, at, times, code, status, host, url, detail, next, nextAt } = entry;
  const facts = [url ?? host, status !== null && text.about.status(status), detail !== next && detail]
    .filter(Boolean)
    .join(" · ");
  const word = STEP_TEXT[step] ?? step;
  return (
    <li className="grid gap-x-4 gap-y-0.5 py-2.5 sm:grid-cols-[9rem_minmax(0,1fr)]">
      <time className="text-muted tabular-nums" dateTime={new Date(at).toISOString()}>
        {whenOf(at)}
      </time>
      <div className="min-w-0 wrap-anywhere">
        <p>
          {times > 1 ? text.about.times(word, times) : word}
          {code !== null && <span>. {ERROR_TEXT[code] ?? describeError(code).message}</span>}
        </p>
        {facts !== "" && <p className="text-muted">{facts}</p>}
        {next !== null && (
          <p className="text-muted">
            {NEXT_TEXT[next]}
            {next === "retry" && nextAt !== null && ` (${new Date(nextAt).toLocaleTimeString()})`}
          </p>
        )}
      </div>
    </li>
  );
}
