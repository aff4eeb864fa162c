// The outline of something that is about to be there.
import { classes } from "./classes.ts";

export function Skeleton({ className }: { readonly className?: string }) {
  return <span aria-hidden className={classes("block animate-pulse-soft rounded-md bg-off-soft", className)} />;
}
