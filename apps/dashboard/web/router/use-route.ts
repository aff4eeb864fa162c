// The address bar as a value that components can read and change.
import { useMemo, useSyncExternalStore } from "react";
import { buildPath, parseRoute, type Route } from "./route.ts";

const CHANGED = "dashboard:navigated";

function subscribe(listener: () => void): () => void {
  window.addEventListener("popstate", listener);
  window.addEventListener(CHANGED, listener);
  return () => {
    window.removeEventListener("popstate", listener);
    window.removeEventListener(CHANGED, listener);
  };
}

export function useRoute(): Route {
  const address = useSyncExternalStore(subscribe, () => `${location.pathname}${location.search}`);
  return useMemo(() => {
    const [pathname = "/", search = ""] = address.split("?");
    return parseRoute(pathname, search);
  }, [address]);
}

export function navigate(route: Route, how: "push" | "replace" = "push"): void {
  history[how === "push" ? "pushState" : "replaceState"](null, "", buildPath(route));
  window.dispatchEvent(new Event(CHANGED));
}
