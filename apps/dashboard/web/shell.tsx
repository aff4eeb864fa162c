// The frame around every screen: the product's name, how the line to the agent stands, the colour switch, the footnote.
import { Waypoints } from "lucide-react";
import type { ReactNode } from "react";
import { text } from "./i18n/en.ts";
import { Link } from "./router/link.tsx";
import { Button } from "./ui/button.tsx";
import { classes } from "./ui/classes.ts";
import { ThemeToggle } from "./ui/theme-toggle.tsx";

/** How the connection to the agent stands. `ended`: it will not be tried again. */
export type LineStatus = "connecting" | "live" | "lost" | "ended";

export interface ShellProps {
  readonly line: LineStatus;
  readonly children: ReactNode;
}

export function Shell({ line, children }: ShellProps) {
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#content"
        className="sr-only z-50 rounded-lg bg-accent px-4 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-3 focus:left-3"
      >
        {text.skip}
      </a>
      <header className="sticky top-0 z-20 border-b border-line bg-canvas">
        <div className="mx-auto flex h-14 max-w-5xl items-center gap-3 px-4 sm:px-6">
          <Link to={{ page: "servers" }} className="flex items-center gap-2.5 rounded-md font-semibold tracking-tight">
            <span className="grid size-7 place-items-center rounded-lg bg-accent text-on-accent">
              <Waypoints aria-hidden size={16} />
            </span>
            {text.product}
          </Link>
          <div className="flex-1" />
          <Line status={line} />
          <ThemeToggle />
        </div>
      </header>
      {(line === "lost" || line === "ended") && <LostBanner ended={line === "ended"} />}
      <main
        id="content"
        tabIndex={-1}
        className="mx-auto w-full max-w-5xl flex-1 px-4 py-8 outline-none sm:px-6 sm:py-10"
      >
        {children}
      </main>
      <footer className="mx-auto w-full max-w-5xl px-4 pb-8 sm:px-6">
        <p className="border-t border-line pt-4 text-[0.8125rem] text-muted text-pretty">{text.noLogin}</p>
      </footer>
    </div>
  );
}

const DOT: Record<LineStatus, string> = {
  connecting: "bg-busy animate-pulse-soft",
  live: "bg-ok",
  lost: "bg-need animate-pulse-soft",
  ended: "bg-bad",
};

function Line({ status }: { readonly status: LineStatus }) {
  const words = {
    connecting: text.socket.connecting,
    live: text.socket.live,
    lost: text.socket.lostShort,
    ended: text.socket.endedShort,
  }[status];
  return (
    <span
      role="status"
      data-testid="line"
      data-status={status}
      className="inline-flex min-w-0 items-center gap-2 text-[0.8125rem] text-muted"
    >
      <span aria-hidden className={classes("size-2 shrink-0 rounded-full", DOT[status])} />
      <span className="truncate">{words}</span>
    </span>
  );
}

function LostBanner({ ended }: { readonly ended: boolean }) {
  return (
    <div role="alert" className={ended ? "bg-bad-soft text-bad" : "bg-need-soft text-need"}>
      <div className="mx-auto flex max-w-5xl flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2.5 text-sm sm:px-6">
        <p className="flex-1">
          <strong className="font-semibold">{ended ? text.socket.ended : text.socket.lost}</strong>{" "}
          {text.socket.lostHint}
        </p>
        <Button size="small" onClick={() => location.reload()}>
          {text.socket.reload}
        </Button>
      </div>
    </div>
  );
}
