// What is shown of all servers, as the texts that frames are made of, and what differs between two moments.
import {
  encodeMcpPatch,
  MCP_LIST_NAMES,
  type McpListName,
  type McpPatchTexts,
  type MCPServersState,
} from "@agents-internal/protocol";
import { digest } from "./digest.ts";
import { isUnheard, offersCatalogue, type ServerView, toMcpState, toServer } from "./snapshot.ts";

export interface ShownServer {
  readonly id: string;
  /** JSON of its `MCPServer`, without `live`. */
  readonly entry: string;
  /** Shown as `live: false`. */
  readonly unheard: boolean;
  /** JSON of the items of each list; `[]` where nothing is offered. */
  readonly lists: Readonly<Record<McpListName, string>>;
  /** Another one: the lists may be others. The same after a sleep. */
  readonly edition: string;
}

export interface Shown {
  /** In the order in which clients are to have them. */
  readonly servers: readonly ShownServer[];
  /** Absent where there are no servers. */
  readonly vault?: NonNullable<MCPServersState["vault"]>;
  /** A name for all of this, which a later life of the host gives to the same contents. */
  readonly version: string;
  /** The documented shape, as clients of every make know it. */
  readonly toState: () => MCPServersState;
}

export const NOTHING_SHOWN: Shown = toShown([], "keyed");

export function toShown(views: readonly ServerView[], vault: "keyed" | "unkeyed"): Shown {
  const servers = views.map(showServer);
  // Without servers there is nothing to keep in it.
  const shownVault = servers.length > 0 && { vault };
  let version: string | undefined;
  return {
    servers,
    ...shownVault,
    get version() {
      return (version ??= digest([
        JSON.stringify(shownVault),
        ...servers.flatMap(({ id, entry, unheard, edition }) => [id, entry, String(unheard), edition]),
      ]));
    },
    toState: () => toMcpState(views, vault, { saysLive: false }),
  };
}

function showServer(view: ServerView): ShownServer {
  const offers = offersCatalogue(view.state);
  const list = (kind: McpListName): string => (offers ? view.listText(kind) : "[]");
  return {
    id: view.id,
    entry: JSON.stringify(toServer(view)),
    unheard: isUnheard(view),
    lists: {
      tools: list("tools"),
      prompts: list("prompts"),
      resources: list("resources"),
      resourceTemplates: list("resourceTemplates"),
    },
    edition: view.edition,
  };
}

/** The frame with everything, or what has to be changed in `before` to have `after`. */
export function encodeShown(after: Shown, before?: Shown): string {
  return encodeMcpPatch(patchOf(after, before));
}

/** False where a client who has the full frame of `before` has that of `after`, which says nothing of `live`. */
export function differs(before: Shown, after: Shown): boolean {
  const { servers } = before;
  return (
    before.vault !== after.vault ||
    servers.length !== after.servers.length ||
    after.servers.some((server, index) => {
      const known = servers[index];
      return (
        known?.id !== server.id ||
        known.entry !== server.entry ||
        MCP_LIST_NAMES.some((kind) => known.lists[kind] !== server.lists[kind])
      );
    })
  );
}

function patchOf(after: Shown, before?: Shown): McpPatchTexts {
  const known = new Map(before?.servers.map((server) => [server.id, server]));
  const changed = after.servers.filter(({ id, entry, unheard }) => {
    const earlier = known.get(id);
    return earlier?.entry !== entry || earlier.unheard !== unheard;
  });
  const listsOf = (kind: McpListName): ReadonlyMap<string, string> =>
    new Map(
      after.servers
        .filter(({ id, lists }) => lists[kind] !== (known.get(id)?.lists[kind] ?? "[]"))
        .map(({ id, lists }) => [id, lists[kind]]),
    );
  const ids = after.servers.map(({ id }) => id);
  const sameServers = before?.servers.length === ids.length && before.servers.every(({ id }, at) => id === ids[at]);
  return {
    ...(before && { from: before.version }),
    to: after.version,
    ...(!sameServers && { ids }),
    ...(after.vault && before?.vault !== after.vault && { vault: after.vault }),
    servers: new Map(changed.map(({ id, entry, unheard }) => [id, unheard ? withoutLive(entry) : entry])),
    lists: {
      tools: listsOf("tools"),
      prompts: listsOf("prompts"),
      resources: listsOf("resources"),
      resourceTemplates: listsOf("resourceTemplates"),
    },
  };
}

/** An object's text is never empty: `name` is always there. */
function withoutLive(entry: string): string {
  return `${entry.slice(0, -1)},"live":false}`;
}
