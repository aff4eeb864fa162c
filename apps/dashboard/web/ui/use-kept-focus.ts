// Keeps keyboard focus inside a box when the focused button is replaced by what it led to.
import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";

/** When `key` changes and the focused element of `box` is gone, focus its `[data-act]`, else its `[data-anchor]`. */
export function useKeptFocus(box: RefObject<HTMLElement | null>, key: string): void {
  const held = useRef(false);

  useEffect(() => {
    const remember = (event: FocusEvent) => {
      held.current = event.target instanceof Node && (box.current?.contains(event.target) ?? false);
    };
    // A click on nothing gives focus up on purpose; an element that disappears sends no pointer event.
    const release = () => {
      if (document.activeElement === document.body) held.current = false;
    };
    document.addEventListener("focusin", remember);
    document.addEventListener("pointerup", release);
    return () => {
      document.removeEventListener("focusin", remember);
      document.removeEventListener("pointerup", release);
    };
  }, [box]);

  useLayoutEffect(() => {
    if (!held.current || document.activeElement !== document.body) return;
    const target =
      box.current?.querySelector<HTMLElement>("[data-act]:not([disabled])") ??
      box.current?.querySelector<HTMLElement>("[data-anchor]");
    target?.focus({ preventScroll: true });
  }, [box, key]);
}
