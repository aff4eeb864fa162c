// The dashboard's button, in four weights, with a busy state that keeps its width and its focus.
import { Button as BaseButton } from "@base-ui/react/button";
import { LoaderCircle, type LucideIcon } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { classes } from "./classes.ts";

type Variant = "primary" | "secondary" | "quiet" | "danger";

const LOOK: Record<Variant, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-hover border-transparent",
  secondary: "bg-surface text-ink border-line hover:bg-hover hover:border-line-strong/50",
  quiet: "bg-transparent text-muted border-transparent hover:bg-hover hover:text-ink",
  danger: "bg-bad-solid text-white border-transparent hover:brightness-90",
};

export interface ButtonProps extends Omit<ComponentProps<typeof BaseButton>, "className"> {
  readonly variant?: Variant;
  readonly size?: "small" | "normal";
  readonly icon?: LucideIcon;
  readonly busy?: boolean;
  readonly children: ReactNode;
  readonly className?: string;
}

export function Button({
  variant = "secondary",
  size = "normal",
  icon: Icon,
  busy = false,
  children,
  className,
  ...rest
}: ButtonProps) {
  const ShownIcon = busy ? LoaderCircle : Icon;
  return (
    <BaseButton
      {...rest}
      aria-busy={busy || undefined}
      disabled={rest.disabled || busy}
      focusableWhenDisabled={busy}
      className={classes(
        "inline-flex shrink-0 items-center justify-center gap-2 rounded-lg border font-medium whitespace-nowrap transition-colors select-none",
        "data-disabled:cursor-default data-disabled:opacity-60",
        size === "small" ? "h-8 px-2.5 text-[0.8125rem]" : "h-9 px-3.5 text-sm",
        LOOK[variant],
        className,
      )}
    >
      {ShownIcon && (
        <ShownIcon
          aria-hidden
          size={size === "small" ? 15 : 16}
          className={classes("shrink-0", busy && "animate-spin")}
        />
      )}
      {children}
    </BaseButton>
  );
}
