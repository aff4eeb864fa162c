// Gives the keyboard a place to go on from when the server it stood on has been removed.
import { type RefObject, useEffect, useRef } from "react";
import type { ServerModel } from "../features/servers/server-model.ts";

/** Focuses `target` once, when the server `removed` is gone and took the focus with it. */
export function useFocusAfterRemoval(
  models: readonly ServerModel[] | null,
  removed: string | null,
  target: RefObject<HTMLElement | null>,
): void {
  const handled = useRef<string | null>(null);
  useEffect(() => {
    if (removed === null || handled.current === removed || models === null) return;
    if (target.current === null || models.some(({ id }) => id === removed)) return;
    handled.current = removed;
    if (document.activeElement === document.body) target.current.focus();
  });
}
