// A link to another page that looks like a button; it opens in a new tab and cannot be blocked as a pop-up.
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { classes } from "./classes.ts";

export interface LinkButtonProps {
  readonly href: string;
  readonly icon: LucideIcon;
  readonly primary?: boolean;
  readonly children: ReactNode;
}

export function LinkButton({ href, icon: Icon, primary = false, children }: LinkButtonProps) {
  return (
    <a
      href={href}
      target="_blank"
      rel="noreferrer"
      data-act={primary ? "open-page" : undefined}
      className={classes(
        "inline-flex h-8 shrink-0 items-center gap-2 rounded-lg border px-2.5 text-[0.8125rem] font-medium whitespace-nowrap transition-colors",
        primary
          ? "border-transparent bg-accent text-on-accent hover:bg-accent-hover"
          : "border-line bg-surface text-ink hover:bg-hover",
      )}
    >
      <Icon aria-hidden size={15} className="shrink-0" />
      {children}
    </a>
  );
}
