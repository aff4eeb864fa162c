// The four steps of a connection as a list: what is done, what is under way, what is still to come.
import { Check, CircleDashed, LoaderCircle, type LucideIcon, Minus, UserRound, X } from "lucide-react";
import { text } from "../../i18n/en.ts";
import { classes } from "../../ui/classes.ts";
import { type Sighting, type StepStatus, stepsOf } from "./connection-progress.ts";

const ICON: Record<StepStatus, LucideIcon> = {
  done: Check,
  current: LoaderCircle,
  person: UserRound,
  waiting: CircleDashed,
  skipped: Minus,
  failed: X,
};

const INK: Record<StepStatus, string> = {
  done: "text-ok",
  current: "text-busy",
  person: "text-need",
  waiting: "text-muted",
  skipped: "text-muted",
  failed: "text-bad",
};

const BAR: Record<StepStatus, string> = {
  done: "bg-ok",
  current: "bg-busy animate-pulse-soft",
  person: "bg-need",
  waiting: "bg-line",
  skipped: "bg-line",
  failed: "bg-bad",
};

export function ConnectionSteps({ history }: { readonly history: readonly Sighting[] }) {
  return (
    <ol aria-label={text.steps.label} className="grid grid-cols-4 gap-1.5 text-[0.8125rem]" data-testid="steps">
      {stepsOf(history).map(({ name, status, ms }) => {
        const Icon = ICON[status];
        const quiet = status === "waiting" || status === "skipped";
        return (
          <li key={name} data-step={name} data-status={status} className="min-w-0">
            <span aria-hidden className={classes("mb-2 block h-1 rounded-full", BAR[status])} />
            <span className={classes("flex items-center gap-1", quiet ? "text-muted" : "font-medium")}>
              <Icon
                aria-hidden
                size={13}
                className={classes(
                  "shrink-0",
                  INK[status],
                  status === "current" && "animate-spin [animation-duration:1.6s]",
                )}
              />
              <span className="truncate">{text.steps.names[name]}</span>
            </span>
            <span className="sr-only">: {text.steps.status[status]}</span>
            <span aria-hidden className="block truncate text-xs text-muted tabular-nums">
              {status === "skipped"
                ? text.steps.status.skipped
                : status === "done" && ms !== null
                  ? text.steps.ms(ms)
                  : "\u00a0"}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
