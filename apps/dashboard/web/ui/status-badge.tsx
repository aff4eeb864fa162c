// A state in words, with its icon and its colour.
import { CircleAlert, CircleCheck, CirclePause, type LucideIcon, LoaderCircle, UserRound } from "lucide-react";
import { classes } from "./classes.ts";
import { type Tone, TONE_LOOK } from "./tone.ts";

const ICON: Record<Tone, LucideIcon> = {
  ok: CircleCheck,
  busy: LoaderCircle,
  need: UserRound,
  off: CirclePause,
  bad: CircleAlert,
};

export function StatusBadge({ tone, label }: { readonly tone: Tone; readonly label: string }) {
  const Icon = ICON[tone];
  return (
    <span
      className={classes(
        "inline-flex h-6 max-w-full items-center gap-1.5 rounded-full px-2 text-[0.8125rem] font-medium",
        TONE_LOOK[tone],
      )}
    >
      <Icon
        aria-hidden
        size={14}
        className={classes("shrink-0", tone === "busy" && "animate-spin [animation-duration:1.6s]")}
      />
      <span className="truncate">{label}</span>
    </span>
  );
}
