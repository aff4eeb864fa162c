// One server in the list: who it is, how it stands, and the one button that helps.
import { ArrowRight } from "lucide-react";
import { useRef } from "react";
import { text } from "../../i18n/en.ts";
import { Link } from "../../router/link.tsx";
import { Monogram } from "../../ui/monogram.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { useKeptFocus } from "../../ui/use-kept-focus.ts";
import { ServerAction } from "./server-action.tsx";
import { ServerMenu } from "./server-menu.tsx";
import type { ServerActs, ServerModel } from "./server-model.ts";
import { ServerStatus } from "./server-status.tsx";
import { hostOf, viewServer } from "./server-view.ts";

export function ServerCard({ model, acts }: { readonly model: ServerModel; readonly acts: ServerActs }) {
  const { id, server, signIn } = model;
  const view = viewServer(model);
  const box = useRef<HTMLElement>(null);
  useKeptFocus(box, `${server.state} ${signIn.status}`);
  return (
    <article
      ref={box}
      data-testid="server-card"
      data-server-name={server.name}
      data-state={server.state}
      className="flex min-w-0 flex-col gap-4 rounded-2xl border border-line bg-surface p-4 shadow-card sm:p-5"
    >
      <div className="flex items-start gap-3.5">
        <Monogram name={server.name} />
        <div className="min-w-0 flex-1">
          <h3 className="truncate font-semibold">
            <Link to={{ page: "server", id, tab: "tools" }} className="rounded hover:underline" data-anchor>
              {server.name}
            </Link>
          </h3>
          <p className="truncate text-[0.8125rem] text-muted">
            {[server.account, hostOf(server.server_url)].filter(Boolean).join(" · ")}
          </p>
        </div>
        <div className="-mt-1 -mr-2">
          <ServerMenu model={model} acts={acts} />
        </div>
      </div>
      <div className="flex min-h-6 flex-wrap items-center gap-x-3 gap-y-1.5">
        <StatusBadge tone={view.tone} label={view.label} />
        {view.act === "open" && (
          <>
            <p className="order-last basis-full text-[0.8125rem] text-muted sm:order-none sm:basis-auto">
              {view.sentence}
            </p>
            <Link
              to={{ page: "server", id, tab: "tools" }}
              aria-label={`${text.details}: ${server.name}`}
              className="-my-1 -mr-2 ml-auto inline-flex h-8 items-center gap-1.5 rounded-lg px-2 text-sm font-medium text-accent hover:bg-hover"
              data-act="open"
            >
              {text.details}
              <ArrowRight aria-hidden size={15} />
            </Link>
          </>
        )}
      </div>
      <ServerStatus model={model} view={view} />
      {view.act !== null && view.act !== "open" && (
        <div className="mt-auto flex justify-end">
          <ServerAction model={model} act={view.act} acts={acts} />
        </div>
      )}
    </article>
  );
}
