// A short message that belongs to the thing above it: what happened, and what helps.
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { classes } from "./classes.ts";
import { type Tone, TONE_LOOK } from "./tone.ts";

export interface CalloutProps {
  readonly tone: Tone;
  readonly icon?: LucideIcon;
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

export function Callout({ tone, icon: Icon, title, children, actions }: CalloutProps) {
  return (
    <div className={classes("rounded-xl px-4 py-3", TONE_LOOK[tone])}>
      <div className="flex gap-2.5">
        {Icon && <Icon aria-hidden size={17} className="mt-0.5 shrink-0" />}
        <div className="min-w-0 flex-1">
          <p className="text-sm font-semibold wrap-anywhere">{title}</p>
          {children && <div className="mt-0.5 text-sm text-ink wrap-anywhere">{children}</div>}
          {actions && <div className="mt-3 flex flex-wrap gap-2">{actions}</div>}
        </div>
      </div>
    </div>
  );
}
