// The first screen: every server of this agent.
import { Blocks, Plus, TriangleAlert } from "lucide-react";
import { type RefObject, useId } from "react";
import { text } from "../../i18n/en.ts";
import { Button } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { ServerCard } from "./server-card.tsx";
import type { ServerActs, ServerModel } from "./server-model.ts";

export interface ServerListProps {
  /** `null` until the agent has spoken for the first time. */
  readonly servers: readonly ServerModel[] | null;
  readonly acts: ServerActs;
  readonly onAdd: () => void;
  readonly addButton?: RefObject<HTMLButtonElement | null>;
  readonly unkeyed: boolean;
  /** The heading's rank where the list is a part of a page. */
  readonly heading?: "h1" | "h3";
}

export function ServerList({ servers, acts, onAdd, addButton, unkeyed, heading: Heading = "h1" }: ServerListProps) {
  const titleId = useId();
  const ready = servers?.filter(({ server }) => server.state === "ready").length ?? 0;
  const waiting =
    servers?.filter(({ server }) => server.state === "authenticating" || server.state === "failed").length ?? 0;
  return (
    <section aria-labelledby={titleId}>
      <div className="mb-6 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <div>
          <Heading id={titleId} className="text-2xl font-semibold tracking-tight">
            {text.list.title}
          </Heading>
          <p className="mt-0.5 text-sm text-muted">
            {servers?.length ? text.list.summary(ready, waiting) : text.tagline}
          </p>
        </div>
        {servers !== null && servers.length > 0 && <AddButton onAdd={onAdd} box={addButton} />}
      </div>
      {unkeyed && (
        <div className="mb-5">
          <Callout tone="need" icon={TriangleAlert} title={text.list.unkeyed} />
        </div>
      )}
      {servers === null ? (
        <Placeholder />
      ) : servers.length === 0 ? (
        <EmptyState icon={Blocks} title={text.list.emptyTitle} action={<AddButton onAdd={onAdd} box={addButton} />}>
          {text.list.empty}
        </EmptyState>
      ) : (
        <ul className="grid items-start gap-4 md:grid-cols-2">
          {servers.map((model) => (
            <li key={model.id} className="grid min-w-0 grid-cols-1">
              <ServerCard model={model} acts={acts} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function AddButton({ onAdd, box }: { readonly onAdd: () => void; readonly box: ServerListProps["addButton"] }) {
  return (
    <Button ref={box} variant="primary" icon={Plus} onClick={onAdd}>
      {text.list.add}
    </Button>
  );
}

function Placeholder() {
  return (
    <div role="status" className="grid gap-4 md:grid-cols-2">
      <span className="sr-only">{text.loading}</span>
      {[0, 1].map((n) => (
        <div key={n} className="flex flex-col gap-5 rounded-2xl border border-line bg-surface p-5">
          <div className="flex gap-3.5">
            <Skeleton className="size-10 rounded-xl" />
            <div className="flex-1 space-y-2 pt-1">
              <Skeleton className="h-4 w-2/5" />
              <Skeleton className="h-3 w-3/5" />
            </div>
          </div>
          <Skeleton className="h-6 w-28 rounded-full" />
        </div>
      ))}
    </div>
  );
}
