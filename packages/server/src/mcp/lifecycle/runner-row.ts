// What is stored about one server, and what listeners were told of it: each written, or said, only where it changed.
import type { Catalogue, CatalogueStore } from "../catalog/catalogue.ts";
import type { ListReports } from "../lists.ts";
import type { Fingerprints } from "../catalog/fingerprint.ts";
import type { ToolTrust } from "../catalog/tool-trust.ts";
import { visibleForm } from "../publish/snapshot.ts";
import type { SessionFacts } from "../session/session.ts";
import type { ServerRecord, ServersTable, StoredServer } from "../storage/servers-table.ts";
import type { Connection } from "./state.ts";

export interface ServerRowDeps {
  readonly servers: ServersTable;
  readonly catalogue: CatalogueStore;
  readonly trust: ToolTrust;
  /** Something that the snapshot shows changed. */
  readonly changed: () => void;
}

/** Every setter is synchronous, so that it can be part of a transaction. */
export interface ServerRow {
  readonly record: ServerRecord;
  readonly connection: Connection;
  readonly facts: SessionFacts | null;
  readonly catalogueVersion: number;
  setRecord(record: ServerRecord): void;
  setConnection(connection: Connection): void;
  setFacts(facts: SessionFacts): void;
  /** `fingerprints`: of the tools in `lists`; `null` when there is no such list. */
  setLists(lists: Partial<Catalogue>, reports: ListReports, fingerprints: Fingerprints | null): void;
  /** Tell of a change, when there is one that the snapshot shows. */
  publish(): void;
}

export function createServerRow(
  stored: StoredServer,
  { servers, catalogue, trust, changed }: ServerRowDeps,
): ServerRow {
  let { record, connection, facts, catalogueVersion } = stored;
  const { id } = record;
  const toVisible = (): string => visibleForm(connection.state, catalogueVersion, facts);
  let persisted = persistedForm(connection);
  let visible = toVisible();

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
    setConnection(next) {
      connection = next;
      const text = persistedForm(next);
      if (text === persisted) return;
      persisted = text;
      servers.saveConnection(id, JSON.parse(text) as Connection);
    },
    setFacts(next) {
      if (JSON.stringify(next) === JSON.stringify(facts)) return;
      facts = next;
      servers.saveFacts(id, next);
    },
    setLists(lists, reports, fingerprints) {
      if (fingerprints) trust.offered(id, fingerprints, catalogue.of(id).tools);
      if (!catalogue.update(id, lists, reports)) return;
      catalogueVersion += 1;
      servers.saveCatalogueVersion(id, catalogueVersion);
    },
    publish() {
      const now = toVisible();
      if (now === visible) return;
      visible = now;
      changed();
    },
  };
}

/** Whether a session is live is a fact of this moment, not of the server. */
function persistedForm({ epoch, state }: Connection): string {
  return JSON.stringify({ epoch, state: state.kind === "ready" ? { ...state, live: false } : state });
}
