// The servers offered to a newcomer.
import { Check, CircleAlert, KeyRound, LockOpen, Plus } from "lucide-react";
import { text } from "../../i18n/en.ts";
import type { CatalogueEntry } from "../../model.ts";
import { Button } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { Monogram } from "../../ui/monogram.tsx";
import type { Problem } from "../../ui/problem.ts";
import { Skeleton } from "../../ui/skeleton.tsx";
import { hostOf } from "./server-view.ts";

export type CatalogueState =
  | { readonly kind: "loading" }
  | { readonly kind: "loaded"; readonly entries: readonly CatalogueEntry[] }
  | { readonly kind: "failed"; readonly problem: Problem };

export interface CatalogueListProps {
  readonly state: CatalogueState;
  readonly known: ReadonlySet<string>;
  readonly adding: string | null;
  readonly problem: Problem | null;
  readonly onAdd: (entry: CatalogueEntry) => void;
}

export function CatalogueList({ state, known, adding, problem, onAdd }: CatalogueListProps) {
  if (state.kind === "failed") {
    return (
      <Callout tone="bad" icon={CircleAlert} title={text.add.catalogueFailed}>
        {state.problem.message}
      </Callout>
    );
  }
  if (state.kind === "loading") {
    return (
      <div role="status" className="space-y-3">
        <span className="sr-only">{text.loading}</span>
        {[0, 1, 2].map((n) => (
          <Skeleton key={n} className="h-14 rounded-xl" />
        ))}
      </div>
    );
  }
  return (
    <div className="space-y-3">
      {problem !== null && <Callout tone="bad" icon={CircleAlert} title={problem.message} />}
      {state.entries.length === 0 && <p className="text-sm text-muted">{text.add.catalogueEmpty}</p>}
      <ul className="divide-y divide-line">
        {state.entries.map((entry) => (
          <li key={entry.id} className="flex items-start gap-3.5 py-3.5 first:pt-0 last:pb-0">
            <Monogram name={entry.name} />
            <div className="min-w-0 flex-1">
              <p className="font-medium wrap-anywhere">{entry.name}</p>
              <p className="text-sm text-muted text-pretty wrap-anywhere">{entry.description}</p>
              <p className="mt-1 flex flex-wrap items-center gap-x-3 text-[0.8125rem] text-muted">
                <span className="inline-flex items-center gap-1">
                  {entry.auth === "none" ? <LockOpen aria-hidden size={13} /> : <KeyRound aria-hidden size={13} />}
                  {entry.auth === "none"
                    ? text.add.open
                    : entry.auth === "bearer"
                      ? text.add.wantsToken
                      : text.add.oauth}
                </span>
                <span>{hostOf(entry.url)}</span>
              </p>
            </div>
            {known.has(entry.url) ? (
              <span className="inline-flex h-8 items-center gap-1.5 text-[0.8125rem] font-medium text-muted">
                <Check aria-hidden size={15} />
                {text.add.added}
              </span>
            ) : (
              <Button
                size="small"
                icon={Plus}
                busy={adding === entry.url}
                disabled={adding !== null}
                aria-label={`${text.add.connect} ${entry.name}`}
                onClick={() => onAdd(entry)}
              >
                {text.add.connect}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
