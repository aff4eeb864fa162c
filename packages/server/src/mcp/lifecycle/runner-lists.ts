// The lists of one server: read when they are new, announced or too old, and stored with what they lack.
import type { CatalogueStore } from "../catalog/catalogue.ts";
import type { Discovered } from "../catalog/discover.ts";
import { type Fingerprints, fingerprint } from "../catalog/fingerprint.ts";
import { announcedKinds, type Look, staleKinds, toReports } from "../catalog/freshness.ts";
import type { ToolTrust } from "../catalog/tool-trust.ts";
import type { McpError } from "../errors.ts";
import type { Gate } from "../gate.ts";
import type { McpPorts } from "../ports.ts";
import type { CatalogueKind } from "../session/session.ts";
import { challengeOf, type RunnerCore } from "./runner-core.ts";
import { createDiscovery, type Discovery } from "./runner-discovery.ts";
import type { Opening } from "./runner-opening.ts";

export interface ServerListsDeps {
  readonly ports: McpPorts;
  readonly catalogue: CatalogueStore;
  readonly trust: ToolTrust;
  /** In [0, 1). */
  readonly random: () => number;
  /** Reads lists that are known already, of not too many servers at a time. */
  readonly revalidating: Gate;
}

export interface ServerLists extends Pick<Discovery, "start" | "cancel" | "current"> {
  /** What is too old to be taken as it is. */
  stale(look: Look): readonly CatalogueKind[];
  /** Read that again. */
  revalidate(look: Look): void;
}

export function createServerLists(
  { core, opening }: { readonly core: RunnerCore; readonly opening: Opening },
  { ports, catalogue, trust, random, revalidating }: ServerListsDeps,
): ServerLists {
  const { row } = core;
  const { id: serverId } = row.record;
  /** ms since the epoch; not stored, so that the first use after a wake looks again where the server says nothing else. */
  const readAt = new Map<CatalogueKind, number>();
  const isReady = (): boolean => row.connection.state.kind === "ready";

  const discovery = createDiscovery({
    over: (read) => (isReady() ? revalidating(() => opening.over(read)) : opening.over(read)),
    claim: () => catalogue.claim(serverId),
    fingerprints,
    maxPages: () => row.record.options.client.listMaxPages,
    done: discovered,
    failed: notDiscovered,
    again: (kinds) => void core.dispatch({ type: "catalogue-changed", kinds }),
  });

  /** Only of what is new or another than it was: the others have theirs. */
  async function fingerprints({ lists, texts }: Discovered): Promise<Fingerprints | null> {
    const known = trust.offeredPrints(serverId);
    if (lists.tools === undefined) return null;
    if (known !== null && catalogue.isKnown(serverId, "tools", texts.get("tools") ?? "")) return null;
    const before = new Map(catalogue.of(serverId).tools.map((tool) => [tool.name, tool]));
    return fingerprint(lists.tools, (tool) => {
      const earlier = before.get(tool.name);
      const isSame = earlier !== undefined && JSON.stringify(earlier) === JSON.stringify(tool);
      return isSame && known !== null ? known(tool.name) : null;
    });
  }

  function discovered(epoch: number, found: Discovered, fingerprints: Fingerprints | null): void {
    if (epoch !== row.connection.epoch) return;
    if (found.failure && isTheEnd(found.failure)) return core.failed(epoch, found.failure);
    ports.sql.transaction(() => {
      store(found, fingerprints);
      const { catalogueVersion } = row;
      core.dispatch({ type: "discovered", epoch, catalogueVersion, listedAt: listedAt() });
      row.write();
    });
  }

  /** Of the lists that the server announces. */
  function listedAt(): number {
    const { state } = row.connection;
    const before = (state.kind === "ready" && state.listedAt) || 0;
    const ages = announcedKinds(row.facts?.capabilities ?? {}).map((kind) => readAt.get(kind) ?? before);
    return Math.min(ports.clock.now(), ...ages);
  }

  function store(found: Discovered, fingerprints: Fingerprints | null): void {
    const now = ports.clock.now();
    const before = catalogue.reportsOf(serverId);
    for (const [kind, { problems }] of found.readings) {
      readAt.set(kind, now);
      const known = new Set(before[kind]?.problems.map(({ error_code }) => error_code));
      for (const { error_code: code } of problems.filter(({ error_code }) => !known.has(error_code))) {
        core.tell({ step: "list-incomplete", code, detail: kind });
        ports.log.warn("mcp-list-problem", { serverId, kind, code });
      }
    }
    row.setLists(found, toReports(found, now, random()), fingerprints);
  }

  function notDiscovered(epoch: number, error: McpError): void {
    if (challengeOf(error) !== null || isTheEnd(error)) return core.failed(epoch, error);
    const { code, status, detail } = error;
    core.tell({ step: "lists-unreadable", code, status, detail });
    ports.log.warn("mcp-lists-unreadable", { serverId, code });
  }

  /** A failure that would only come again costs nobody a working server: what is known of its lists stays. */
  function isTheEnd(failure: McpError): boolean {
    return !isReady() || core.retryAt(failure) !== null;
  }

  const self: ServerLists = {
    start: discovery.start,
    cancel: discovery.cancel,
    get current() {
      return discovery.current;
    },
    stale(look) {
      const { state } = row.connection;
      if (state.kind !== "ready") return [];
      // Whoever uses the server has to be right; whoever only looks is content with what was read before the object slept.
      const unread = look === "watched" ? (state.listedAt ?? 0) : 0;
      return staleKinds({
        now: ports.clock.now(),
        capabilities: row.facts?.capabilities ?? {},
        reports: catalogue.reportsOf(serverId),
        readAt: (kind) => readAt.get(kind) ?? unread,
        look,
        hears: core.sessions.hears,
      }).filter((kind) => !discovery.isReading(kind));
    },
    revalidate(look) {
      const kinds = self.stale(look);
      if (kinds.length > 0) core.dispatch({ type: "catalogue-changed", kinds });
    },
  };
  return self;
}
