// A link inside the dashboard: a real address that changes the page without loading it anew.
import type { ComponentProps, MouseEvent } from "react";
import { buildPath, type Route } from "./route.ts";
import { navigate } from "./use-route.ts";

export interface LinkProps extends Omit<ComponentProps<"a">, "href"> {
  readonly to: Route;
}

export function Link({ to, onClick, ...rest }: LinkProps) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (event.defaultPrevented || !plain) return;
    event.preventDefault();
    navigate(to);
  };
  return <a {...rest} href={buildPath(to)} onClick={follow} />;
}
