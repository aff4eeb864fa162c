// The dashboard: which screen is shown, and what connects it to the agent.
import { lazy, Suspense, useCallback, useMemo, useRef, useState } from "react";
import { agentName } from "./agent/agent-name.ts";
import { SignInHolder } from "./agent/sign-in-holder.tsx";
import { useAnnouncedStates } from "./agent/use-announced-states.ts";
import { useDashboard } from "./agent/use-dashboard.ts";
import { useFocusAfterRemoval } from "./agent/use-focus-after-removal.ts";
import { NO_ACT, useServerActs } from "./agent/use-server-acts.ts";
import { useSignIns } from "./agent/use-sign-ins.ts";
import { AddServer } from "./add-server.tsx";
import { toModels } from "./features/servers/to-models.ts";
import { ServerList } from "./features/servers/server-list.tsx";
import { NoSuchServer, ServerPage } from "./features/servers/server-page.tsx";
import { navigate, useRoute } from "./router/use-route.ts";
import { Shell } from "./shell.tsx";

/** Forms and viewers are needed by nobody who only looks at the list. */
const ServerTabs = lazy(() =>
  import("./server-tabs.tsx").then(({ ServerTabs: component }) => ({ default: component })),
);

export function App() {
  const route = useRoute();
  const { agent, api, line, mcp, histories } = useDashboard();
  const signIns = useSignIns(agentName());
  const addButton = useRef<HTMLButtonElement>(null);
  const [removed, setRemoved] = useState<string | null>(null);
  const leave = useCallback((id: string) => {
    setRemoved(id);
    navigate({ page: "servers" }, "replace");
  }, []);
  const { acts, states } = useServerActs(api, leave);
  const [adding, setAdding] = useState(false);
  const models = useMemo(
    () =>
      mcp === null ? null : toModels(mcp, { histories, signIns: signIns.byServer, acts: (id) => states[id] ?? NO_ACT }),
    [mcp, histories, signIns.byServer, states],
  );
  useAnnouncedStates(models);
  useFocusAfterRemoval(models, removed, addButton);
  const open = route.page === "server" ? models?.find(({ id }) => id === route.id) : undefined;

  return (
    <Shell line={line}>
      {models?.map(({ id }) => (
        <SignInHolder
          key={id}
          agent={agent}
          serverId={id}
          retry={api.retryServer}
          elsewhere={signIns.elsewhere.has(id)}
          onChange={signIns.put}
        />
      ))}
      {route.page !== "server" || models === null ? (
        <ServerList
          servers={models}
          acts={acts}
          onAdd={() => setAdding(true)}
          addButton={addButton}
          unkeyed={mcp?.vault === "unkeyed"}
        />
      ) : open === undefined || mcp === null ? (
        <NoSuchServer />
      ) : (
        <ServerPage model={open} acts={acts}>
          <Suspense>
            <ServerTabs model={open} mcp={mcp} api={api} route={route} />
          </Suspense>
        </ServerPage>
      )}
      <AddServer open={adding} onOpenChange={setAdding} opener={addButton} api={api} mcp={mcp} />
    </Shell>
  );
}
