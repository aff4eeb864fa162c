// What is stored about one server, and what listeners were told of it: each written, or said, only where it changed.
import type { CatalogueStore } from "../catalog/catalogue.ts";
import type { Discovered } from "../catalog/discover.ts";
import type { ListReports } from "../lists.ts";
import type { Fingerprints } from "../catalog/fingerprint.ts";
import type { ToolTrust } from "../catalog/tool-trust.ts";
import { visibleForm } from "../publish/snapshot.ts";
import type { SessionFacts } from "../session/session.ts";
import type { ServerRecord, ServersTable, StoredServer, StoredStanding } from "../storage/servers-table.ts";
import type { Connection, ConnectionState } from "./state.ts";

export interface ServerRowDeps {
  readonly servers: ServersTable;
  readonly catalogue: CatalogueStore;
  readonly trust: ToolTrust;
  /** Something that the snapshot shows changed. */
  readonly changed: () => void;
}

/** Everything is synchronous, so that it can be part of a transaction. What is set is in the row after the next `write`. */
export interface ServerRow {
  readonly record: ServerRecord;
  readonly connection: Connection;
  readonly facts: SessionFacts | null;
  readonly catalogueVersion: number;
  setRecord(record: ServerRecord): void;
  setConnection(connection: Connection): void;
  setFacts(facts: SessionFacts): void;
  /** `fingerprints`: of the tools that were read; `null` where they are as they were, or were not read. */
  setLists(read: Pick<Discovered, "lists" | "texts">, reports: ListReports, fingerprints: Fingerprints | null): void;
  /** Write what is another than in the row: in the same turn in which it was set, in one statement. */
  write(): void;
  /** Tell of a change, when there is one that the snapshot shows. `isHeard`: somebody listens to the server. */
  publish(isHeard: boolean): void;
}

export function createServerRow(
  stored: StoredServer,
  { servers, catalogue, trust, changed }: ServerRowDeps,
): ServerRow {
  let { record, connection, facts, catalogueVersion } = stored;
  const { id } = record;
  const toVisible = (isHeard: boolean): string => visibleForm(connection.state, catalogueVersion, facts, !isHeard);
  let factsText = facts === null ? null : JSON.stringify(facts);
  const standing = (): StoredStanding => ({
    epoch: connection.epoch,
    state: persistedForm(connection.state),
    facts: factsText,
    catalogueVersion,
  });
  let written = standing();
  let visible = toVisible(false);

  return {
    get record() {
      return record;
    },
    get connection() {
      return connection;
    },
    get facts() {
      return facts;
    },
    get catalogueVersion() {
      return catalogueVersion;
    },
    setRecord(next) {
      record = next;
      servers.put({ record, connection, facts, catalogueVersion });
    },
    setConnection: (next) => void (connection = next),
    setFacts(next) {
      facts = next;
      factsText = JSON.stringify(next);
    },
    setLists({ lists, texts }, reports, fingerprints) {
      if (fingerprints) trust.offered(id, fingerprints, catalogue.of(id).tools);
      if (catalogue.update(id, lists, reports, texts)) catalogueVersion += 1;
    },
    write() {
      const now = standing();
      if (isSame(now, written)) return;
      written = now;
      servers.save(id, now);
    },
    publish(isHeard) {
      const now = toVisible(isHeard);
      if (now === visible) return;
      visible = now;
      changed();
    },
  };
}

/** Whether a session is live is a fact of this moment, not of the server. */
function persistedForm(state: ConnectionState): string {
  return JSON.stringify(state.kind === "ready" ? { ...state, live: false } : state);
}

function isSame(a: StoredStanding, b: StoredStanding): boolean {
  return a.epoch === b.epoch && a.state === b.state && a.facts === b.facts && a.catalogueVersion === b.catalogueVersion;
}
