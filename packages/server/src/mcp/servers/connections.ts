// All servers of one host: read from rows once, one runner each.
import { McpError } from "../errors.ts";
import { type RunnerDeps, ServerRunner } from "../lifecycle/runner.ts";
import { NEW_CONNECTION } from "../lifecycle/state.ts";
import { createMcpTables, hasMcpTables } from "../schema.ts";
import type { ServerRecord } from "../storage/servers-table.ts";

export interface Connections {
  /** Oldest first, without those that are being removed. */
  all(): readonly ServerRunner[];
  get(id: string): ServerRunner | undefined;
  /** Throws `server-not-found`. */
  require(id: string): ServerRunner;
  /** The server with this label at this address, for this account. */
  find(name: string, url: string, account: string | undefined): ServerRunner | undefined;
  /** Also those that are being removed: their id is taken until the last row is gone. */
  leaving(id: string): ServerRunner | undefined;
  /** Forget a server whose rows are gone. */
  drop(runner: ServerRunner): void;
  /** Stores the server; `alongside` writes what belongs to the same transaction. */
  create(record: ServerRecord, alongside: () => void): ServerRunner;
}

export interface ConnectionsDeps extends RunnerDeps {
  /** The rows of an earlier life were read, and nothing has moved yet. */
  readonly restored: () => void;
  /** All servers are there, as they were stored. */
  readonly woke: () => void;
}

export function createConnections(deps: ConnectionsDeps): Connections {
  let runners: Map<string, ServerRunner> | undefined;

  /** The first touch after a wake. Costs one read where no server was ever added. */
  function load(): Map<string, ServerRunner> {
    if (runners) return runners;
    runners = new Map();
    if (!hasMcpTables(deps.ports.sql)) return runners;
    createMcpTables(deps.ports.sql);
    deps.elicitations.wake();
    for (const stored of deps.servers.all()) runners.set(stored.record.id, new ServerRunner(stored, deps));
    deps.restored();
    for (const runner of [...runners.values()]) wake(runner);
    deps.woke();
    return runners;
  }

  function wake(runner: ServerRunner): void {
    const { state, record } = runner;
    const exchange = "flowId" in state ? deps.oauth.exchangeStage(state.flowId).stage : "none";
    runner.dispatch({ type: "woke", exchange });
    if (state.kind === "authenticating" && exchange === "none" && deps.oauth.openFlow(runner.target) === null) {
      runner.dispatch({ type: "flow-expired", flowId: state.flowId });
    }
    if (state.kind === "removed") {
      void runner.forgotten.then(
        () => runners?.delete(record.id),
        // Its rows are still there: tried again after the next wake.
        () => deps.ports.log.warn("mcp-removal-failed", { serverId: record.id }),
      );
    }
  }

  const present = (runner: ServerRunner | undefined) => (runner?.state.kind === "removed" ? undefined : runner);

  return {
    all: () => [...load().values()].filter((runner) => present(runner)),
    get: (id) => present(load().get(id)),
    require(id) {
      const runner = present(load().get(id));
      if (!runner) throw new McpError("server-not-found", { serverId: id });
      return runner;
    },
    find: (name, url, account) =>
      [...load().values()].find((runner) => {
        const { record } = runner;
        const isSame = record.name === name && record.url === url && record.options.account === account;
        return present(runner) && isSame;
      }),
    leaving(id) {
      const runner = load().get(id);
      return runner?.state.kind === "removed" ? runner : undefined;
    },
    drop(runner) {
      // The id may have been given to another server since.
      if (load().get(runner.record.id) === runner) load().delete(runner.record.id);
    },
    create(record, alongside) {
      const { servers, ports } = deps;
      const all = load();
      const stored = { record, connection: NEW_CONNECTION, facts: null, catalogueVersion: 0 };
      ports.sql.transaction(() => {
        servers.put(stored);
        alongside();
        deps.timeline.record(record.id, { step: "added", at: record.url, detail: record.options.transport });
      });
      const runner = new ServerRunner(stored, deps);
      all.set(record.id, runner);
      return runner;
    },
  };
}
