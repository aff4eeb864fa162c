// What one server offers: tools, resources, prompts, and what is known about it.
import { useCatalogue } from "./agent/use-catalogue.ts";
import { useHappened } from "./agent/use-happened.ts";
import { PromptList } from "./features/prompts/prompt-list.tsx";
import { ResourceList } from "./features/resources/resource-list.tsx";
import { ListFrame } from "./features/servers/list-frame.tsx";
import { ServerAbout } from "./features/servers/server-about.tsx";
import type { ServerModel } from "./features/servers/server-model.ts";
import { ToolList } from "./features/tools/tool-list.tsx";
import type { CallOutcome } from "./features/tools/tool-result.tsx";
import { text } from "./i18n/en.ts";
import type { DashboardApi, JsonObject, MCPServersState } from "./model.ts";
import type { Route, ServerTab } from "./router/route.ts";
import { navigate } from "./router/use-route.ts";
import { problemOf } from "./ui/problem.ts";
import { Tabs } from "./ui/tabs.tsx";

export interface ServerTabsProps {
  readonly model: ServerModel;
  readonly mcp: MCPServersState;
  readonly api: DashboardApi;
  readonly route: Extract<Route, { page: "server" }>;
}

export function ServerTabs({ model, mcp, api, route }: ServerTabsProps) {
  const { id, server, offer } = model;
  const catalogue = useCatalogue(api, route.tab === "about");
  const happened = useHappened(api, id, route.tab === "about", server);
  const era =
    catalogue.kind === "loaded" ? catalogue.entries.find(({ url }) => url === server.server_url)?.era : undefined;
  // Asked for more permission, a server still does what it was allowed before.
  const connected = server.state === "ready" || server.auth_reason === "more-scope";
  const ours = <T extends { readonly serverId: string }>(list: readonly T[]) =>
    list.filter(({ serverId }) => serverId === id);
  const templates = ours(mcp.resourceTemplates);
  const routeTo = (tab: ServerTab) => (item: string | undefined) => ({ page: "server", id, tab, item }) as const;
  const shared = (tab: ServerTab) => ({
    connected,
    chosen: route.tab === tab ? route.item : undefined,
    routeTo: routeTo(tab),
  });

  return (
    <Tabs<ServerTab>
      value={route.tab}
      onChange={(tab) => navigate({ page: "server", id, tab }, "replace")}
      tabs={[
        {
          id: "tools",
          label: text.detail.tools,
          count: offer.tools,
          content: (
            <ListFrame server={server} names={["tools"]} isEmpty={offer.tools === 0}>
              <ToolList
                {...shared("tools")}
                tools={ours(mcp.tools)}
                call={(name, args) => callTool(api, id, name, args)}
                changes={server.tool_changes ?? []}
                compare={async (name) => (await api.toolChanges(id)).find((change) => change.name === name)}
                accept={(name) => api.acceptToolChange(id, name)}
              />
            </ListFrame>
          ),
        },
        {
          id: "resources",
          label: text.detail.resources,
          count: offer.resources,
          content: (
            <ListFrame
              server={server}
              names={["resources", "resourceTemplates"]}
              isEmpty={offer.resources + templates.length === 0}
            >
              <ResourceList
                {...shared("resources")}
                resources={ours(mcp.resources)}
                templates={templates}
                read={(uri) => api.readResource(id, uri)}
              />
            </ListFrame>
          ),
        },
        {
          id: "prompts",
          label: text.detail.prompts,
          count: offer.prompts,
          content: (
            <ListFrame server={server} names={["prompts"]} isEmpty={offer.prompts === 0}>
              <PromptList
                {...shared("prompts")}
                prompts={ours(mcp.prompts)}
                get={(name, args) => api.getPrompt(id, name, args)}
              />
            </ListFrame>
          ),
        },
        {
          id: "about",
          label: text.detail.about,
          content: <ServerAbout model={model} vault={mcp.vault} era={era} happened={happened} />,
        },
      ]}
    />
  );
}

/** However the call ends is an outcome to show. */
async function callTool(api: DashboardApi, serverId: string, name: string, args: JsonObject): Promise<CallOutcome> {
  const started = performance.now();
  try {
    const result = await api.callTool({ serverId, name, args });
    return { kind: "answered", result, ms: performance.now() - started };
  } catch (thrown) {
    return { kind: "failed", ...problemOf(thrown), ms: performance.now() - started };
  }
}
