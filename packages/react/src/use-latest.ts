// The value of the latest render, for code that runs outside rendering.
import { type RefObject, useInsertionEffect, useRef } from "react";

/** A ref that holds what the latest committed render passed: handlers may change without anything being set up anew. */
export function useLatest<T>(value: T): RefObject<T> {
  const ref = useRef(value);
  useInsertionEffect(() => {
    ref.current = value;
  });
  return ref;
}
