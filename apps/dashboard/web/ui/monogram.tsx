// A tile with the first letter of a name: servers' own icons are not loaded, they could track the reader.
import { classes } from "./classes.ts";

export function Monogram({ name, large = false }: { readonly name: string; readonly large?: boolean }) {
  const letter = Array.from(name.trim())[0]?.toLocaleUpperCase() ?? "?";
  return (
    <span
      aria-hidden
      className={classes(
        "grid shrink-0 place-items-center rounded-xl border border-line bg-sunken font-semibold text-muted",
        large ? "size-12 text-lg" : "size-10 text-base",
      )}
    >
      {letter}
    </span>
  );
}
