// What a client knows of the servers after the frames it got: full ones, and patches as the package's own client takes them.

export interface ServersFrame {
  readonly servers: Readonly<Record<string, { readonly state: string }>>;
  readonly tools: readonly unknown[];
}

const LISTS = ["tools", "prompts", "resources", "resourceTemplates"] as const;
type Lists = Record<(typeof LISTS)[number], Map<string, readonly object[]>>;

/** The parts of a patch that are counted here. */
interface Patch extends Partial<Record<(typeof LISTS)[number], Readonly<Record<string, readonly object[]>>>> {
  readonly from?: string;
  readonly ids?: readonly string[];
  readonly servers?: ServersFrame["servers"];
}

export interface ToldState {
  /** The state after this frame; `undefined` when it says nothing of the servers. */
  take(frame: { readonly type?: string }): ServersFrame | undefined;
}

const newLists = (): Lists => ({
  tools: new Map(),
  prompts: new Map(),
  resources: new Map(),
  resourceTemplates: new Map(),
});

export function createToldState(): ToldState {
  let servers = new Map<string, { readonly state: string }>();
  let lists = newLists();

  function patch({ from, ids, servers: changed = {}, ...change }: Patch): ServersFrame {
    if (from === undefined) {
      servers = new Map();
      lists = newLists();
    }
    const entries = new Map([...servers, ...Object.entries(changed)]);
    const order = ids ?? [...servers.keys()];
    servers = new Map(order.map((id) => [id, entries.get(id) ?? { state: "unknown" }]));
    const all = LISTS.map((name) => {
      for (const [id, items] of Object.entries(change[name] ?? {})) lists[name].set(id, items);
      return [
        name,
        order.flatMap((id) => lists[name].get(id)?.map((item) => ({ ...item, serverId: id })) ?? []),
      ] as const;
    });
    return { servers: Object.fromEntries(servers), ...Object.fromEntries(all) } as unknown as ServersFrame;
  }

  return {
    take(frame) {
      if (frame.type === "cf_agent_mcp_servers") return (frame as { readonly mcp?: ServersFrame }).mcp;
      return frame.type === "cf_agent_mcp_patch" ? patch(frame as Patch) : undefined;
    },
  };
}
