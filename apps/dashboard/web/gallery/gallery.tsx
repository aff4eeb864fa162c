// Every component in every state, on one page, from fixtures: for designers, and for the accessibility check.
import { type ReactNode, useState } from "react";
import { AddByUrlForm } from "../features/servers/add-by-url-form.tsx";
import { CatalogueList } from "../features/servers/catalogue-list.tsx";
import { AddServerDialog } from "../features/servers/add-server-dialog.tsx";
import { RemoveDialog } from "../features/servers/remove-dialog.tsx";
import { ListFrame } from "../features/servers/list-frame.tsx";
import { ServerCard } from "../features/servers/server-card.tsx";
import { ServerList } from "../features/servers/server-list.tsx";
import type { ServerActs } from "../features/servers/server-model.ts";
import { ToolForm } from "../features/tools/tool-form.tsx";
import { ToolResult } from "../features/tools/tool-result.tsx";
import { Shell } from "../shell.tsx";
import { Button } from "../ui/button.tsx";
import { CARDS, CATALOGUE, TOOLS, WITH_LIST_PROBLEMS } from "./fixtures.ts";
import { OUTCOMES } from "./results.ts";

const nothing = () => {};
const ACTS: ServerActs = { retry: nothing, connect: nothing, disconnect: nothing, signOut: nothing, remove: nothing };
const NONE: ReadonlySet<string> = new Set();

export function Gallery() {
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState(false);
  return (
    <Shell line="lost">
      <h1 className="mb-8 text-2xl font-semibold tracking-tight">Gallery</h1>
      <Part title="Server cards">
        <div className="grid items-stretch gap-4 md:grid-cols-2">
          {CARDS.map((model) => (
            <div key={model.id} className="grid min-w-0 grid-cols-1 grid-rows-[auto_1fr]">
              <p className="mb-1 min-w-0 font-mono text-xs text-muted">{model.id}</p>
              <ServerCard model={model} acts={ACTS} />
            </div>
          ))}
        </div>
      </Part>
      <Part title="Lists without servers">
        <div className="space-y-10">
          <ServerListPart servers={[]} />
          <ServerListPart servers={null} />
        </div>
      </Part>
      <Part title="Lists that are not whole">
        <div className="space-y-4">
          {(["tools", "resources", "prompts"] as const).map((name) => (
            <ListFrame key={name} server={WITH_LIST_PROBLEMS} names={[name]} isEmpty>
              {null}
            </ListFrame>
          ))}
        </div>
      </Part>
      <Part title="Adding">
        <div className="grid gap-8 md:grid-cols-2">
          <CatalogueList
            state={{ kind: "loaded", entries: CATALOGUE }}
            known={new Set([CATALOGUE[1]?.url ?? ""])}
            adding={CATALOGUE[0]?.url ?? null}
            problem={null}
            onAdd={nothing}
          />
          <AddByUrlForm
            adding={false}
            start={CATALOGUE[2] ?? null}
            problem={{ code: "url-blocked", message: "Your agent is not allowed to reach that address." }}
            onAdd={nothing}
          />
          <CatalogueList state={{ kind: "loading" }} known={NONE} adding={null} problem={null} onAdd={nothing} />
          <CatalogueList
            state={{ kind: "failed", problem: { code: "call-timeout", message: "No answer came in time." } }}
            known={NONE}
            adding={null}
            problem={null}
            onAdd={nothing}
          />
        </div>
      </Part>
      <Part title="Dialogs">
        <div className="flex gap-3">
          <Button onClick={() => setAdding(true)}>Add a server</Button>
          <Button onClick={() => setRemoving(true)}>Remove</Button>
        </div>
        <AddServerDialog
          open={adding}
          onOpenChange={setAdding}
          catalogue={{ kind: "loaded", entries: CATALOGUE }}
          known={NONE}
          adding={null}
          problem={null}
          onAdd={nothing}
        />
        <RemoveDialog name="Notes" open={removing} onOpenChange={setRemoving} busy={false} onRemove={nothing} />
      </Part>
      <Part title="Tool forms">
        <div className="grid gap-8 md:grid-cols-2">
          {TOOLS.slice(0, 2).map((tool) => (
            <ToolForm
              key={tool.name}
              tool={tool}
              running={false}
              hindrance={tool.name === "list_notes" ? "The server has to be connected to run this." : null}
              onRun={nothing}
            />
          ))}
        </div>
      </Part>
      <Part title="Results">
        <div className="grid items-start gap-8 md:grid-cols-2">
          {OUTCOMES.map((outcome, index) => (
            <ToolResult key={index} outcome={outcome} />
          ))}
        </div>
      </Part>
    </Shell>
  );
}

function ServerListPart({ servers }: { readonly servers: readonly [] | null }) {
  return <ServerList servers={servers} acts={ACTS} onAdd={nothing} unkeyed={servers === null} heading="h3" />;
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="mb-14">
      <h2 className="mb-4 border-b border-line pb-2 text-sm font-semibold text-muted">{title}</h2>
      {children}
    </section>
  );
}
