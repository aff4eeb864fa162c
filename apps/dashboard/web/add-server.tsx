// Adds a server through the agent, and closes the dialog as soon as the list can tell the rest.
import { type RefObject, useEffect, useMemo, useState } from "react";
import { useCatalogue } from "./agent/use-catalogue.ts";
import { AddServerDialog } from "./features/servers/add-server-dialog.tsx";
import type { AddServerRequest, DashboardApi, MCPServersState } from "./model.ts";
import { navigate } from "./router/use-route.ts";
import { type Problem, problemOf } from "./ui/problem.ts";

export interface AddServerProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  /** What the focus returns to; the button that opened the dialog may be another one by then. */
  readonly opener: RefObject<HTMLElement | null>;
  readonly api: DashboardApi;
  readonly mcp: MCPServersState | null;
}

export function AddServer({ open, onOpenChange, opener, api, mcp }: AddServerProps) {
  const catalogue = useCatalogue(api, open);
  const [adding, setAdding] = useState<{ readonly url: string; readonly known: number } | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const known = useMemo(() => new Set(Object.values(mcp?.servers ?? {}).map(({ server_url }) => server_url)), [mcp]);
  const count = Object.keys(mcp?.servers ?? {}).length;

  // The new server's card shows how it goes on, so the dialog is in the way from here.
  const arrived = adding !== null && count > adding.known;
  useEffect(() => {
    if (!arrived) return;
    setAdding(null);
    onOpenChange(false);
    navigate({ page: "servers" });
  }, [arrived, onOpenChange]);

  const change = (next: boolean) => {
    setProblem(null);
    setAdding(null);
    onOpenChange(next);
  };

  const add = async (request: AddServerRequest) => {
    setProblem(null);
    setAdding({ url: request.url, known: count });
    try {
      await api.addServer(request);
      change(false);
    } catch (thrown) {
      setAdding(null);
      setProblem(problemOf(thrown));
    }
  };

  return (
    <AddServerDialog
      open={open}
      onOpenChange={change}
      opener={opener}
      catalogue={catalogue}
      known={known}
      adding={adding?.url ?? null}
      problem={problem}
      onAdd={(request) => void add(request)}
    />
  );
}
