// What the package `agents` 0.x left in this object: its state, and, through the engine, its MCP servers.
import type { KeyValues, Log } from "../mcp/ports.ts";
import type { SqlDatabase } from "../sql/database.ts";
import { createStartOnce } from "./start-once.ts";

export interface InheritanceOptions {
  /** The whole database, before anything of this package is in it. */
  readonly sql: SqlDatabase;
  /** The same with the agent's own tables. */
  readonly tables: () => SqlDatabase;
  readonly keyValues: KeyValues;
  readonly log: Log;
  /** Take over the MCP servers. */
  readonly moveServersIn: () => Promise<void>;
}

export interface Inheritance {
  /** One read. */
  found(): boolean;
  /**
   * Take over what was found, once. Never rejects: what could not be taken over stays, and the next start tries again.
   * Nothing else may happen in the object meanwhile.
   */
  take(): Promise<void>;
}

const STATE_TABLE = "cf_agents_state";
const STATE_SCHEMA_VERSION = "cf_agents:state_schema_version";
const STATE_ROW = "cf_state_row_id";
const SERVERS_TABLE = "cf_agents_mcp_servers";

export function createInheritance({ sql, tables, keyValues, log, moveServersIn }: InheritanceOptions): Inheritance {
  const once = createStartOnce();

  const left = (): readonly string[] =>
    sql
      .all<{
        name: string;
      }>("SELECT name FROM sqlite_master WHERE type = 'table' AND name IN (?, ?)", STATE_TABLE, SERVERS_TABLE)
      .map(({ name }) => name);

  /** A row that is there is newer than ours: it was written after the last time it was taken over. */
  function moveStateIn(): void {
    tables().transaction(() => {
      const [row] = sql.all<{ state: string | null }>(`SELECT state FROM ${STATE_TABLE} WHERE id = ?`, STATE_ROW);
      if (typeof row?.state === "string") {
        sql.run("INSERT OR REPLACE INTO agents_state (id, value) VALUES (1, ?)", row.state);
      }
      sql.run(`DROP TABLE ${STATE_TABLE}`);
      // So that the other package, if it ever comes back, makes its table anew.
      keyValues.delete(STATE_SCHEMA_VERSION);
    });
  }

  return {
    found: () => left().length > 0,
    async take() {
      try {
        await once.run(async () => {
          const found = left();
          if (found.includes(STATE_TABLE)) moveStateIn();
          if (found.includes(SERVERS_TABLE)) await moveServersIn();
        });
      } catch (error) {
        log.warn("move-in-failed", { reason: error instanceof Error ? error.name : "unknown" });
      }
    },
  };
}
