// One server: its state and acts on top, what it offers below.
import { ArrowLeft, SearchX } from "lucide-react";
import { useRef } from "react";
import { text } from "../../i18n/en.ts";
import { Link } from "../../router/link.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Monogram } from "../../ui/monogram.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { useKeptFocus } from "../../ui/use-kept-focus.ts";
import { ServerAction } from "./server-action.tsx";
import { ServerMenu } from "./server-menu.tsx";
import type { ServerActs, ServerModel } from "./server-model.ts";
import { ServerStatus } from "./server-status.tsx";
import { viewServer } from "./server-view.ts";

export interface ServerPageProps {
  readonly model: ServerModel;
  readonly acts: ServerActs;
  readonly children: React.ReactNode;
}

export function ServerPage({ model, acts, children }: ServerPageProps) {
  const { server, signIn } = model;
  const view = viewServer(model);
  const box = useRef<HTMLElement>(null);
  useKeptFocus(box, `${server.state} ${signIn.status}`);
  const quiet = server.state === "ready" && model.problem === null;
  return (
    <>
      <BackLink />
      <header ref={box} data-testid="server-header" data-state={server.state} className="mb-7">
        <div className="flex flex-wrap items-start gap-x-4 gap-y-3">
          <Monogram name={server.name} large />
          <div className="min-w-0 flex-1 basis-56">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <h1
                tabIndex={-1}
                data-anchor
                className="min-w-0 text-2xl font-semibold tracking-tight wrap-anywhere outline-none"
              >
                {server.name}
              </h1>
              <StatusBadge tone={view.tone} label={view.label} />
            </div>
            <p className="mt-0.5 font-mono text-[0.8125rem] text-muted wrap-anywhere">{server.server_url}</p>
          </div>
          <div className="flex items-center gap-2">
            {view.act !== null && view.act !== "open" && <ServerAction model={model} act={view.act} acts={acts} />}
            <ServerMenu model={model} acts={acts} />
          </div>
        </div>
        {!quiet && (
          <div className="mt-4 max-w-2xl">
            <ServerStatus model={model} view={view} />
          </div>
        )}
      </header>
      {children}
    </>
  );
}

/** Shown for an address whose server is not there. */
export function NoSuchServer() {
  return (
    <>
      <BackLink />
      <EmptyState icon={SearchX} title={text.detail.gone}>
        {text.detail.goneHint}
      </EmptyState>
    </>
  );
}

function BackLink() {
  return (
    <Link
      to={{ page: "servers" }}
      className="mb-5 inline-flex items-center gap-1.5 rounded text-sm font-medium text-muted hover:text-ink"
    >
      <ArrowLeft aria-hidden size={15} />
      {text.back}
    </Link>
  );
}
