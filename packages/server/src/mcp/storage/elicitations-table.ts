// The questions of servers that wait for a person, and for a while how each ended.
import type { ElicitationEnd } from "@agents-internal/protocol";
import type { SqlDatabase } from "../../sql/database.ts";

export const ELICITATIONS_TABLE = `CREATE TABLE IF NOT EXISTS agents_mcp_elicitations (
  id TEXT PRIMARY KEY,
  server_id TEXT NOT NULL,
  call TEXT,
  mode TEXT NOT NULL,
  message TEXT NOT NULL,
  subject TEXT NOT NULL,
  server_ref TEXT,
  round TEXT,
  round_key TEXT,
  created_at INTEGER NOT NULL,
  deadline INTEGER NOT NULL,
  status TEXT NOT NULL
) WITHOUT ROWID`;

export interface StoredElicitation {
  readonly id: string;
  readonly serverId: string;
  readonly call: string | null;
  readonly mode: "form" | "url";
  readonly message: string;
  /** The schema of a form as JSON, or the address of a page. */
  readonly subject: string;
  /** Under which name the server will speak of a page again. */
  readonly serverRef: string | null;
  /** The stored call this question belongs to, and the name of the answer in it; `null`: it cannot be gone on with. */
  readonly round: string | null;
  readonly roundKey: string | null;
  readonly createdAt: number;
  readonly deadline: number;
  /** `opened`: somebody agreed to open the page. */
  readonly status: "pending" | "opened" | ElicitationEnd;
}

export interface ElicitationsTable {
  /** Pending and opened ones, oldest first. */
  open(): readonly StoredElicitation[];
  get(id: string): StoredElicitation | null;
  /** How many a server asked after `time`, however they ended. */
  countSince(serverId: string, time: number): number;
  add(question: StoredElicitation): void;
  setStatus(id: string, status: StoredElicitation["status"]): void;
  /** Forget those that ended and whose deadline was before `time`. */
  sweep(time: number): void;
  deleteServer(serverId: string): void;
}

interface Row extends Record<string, string | number | null> {
  id: string;
  server_id: string;
  call: string | null;
  mode: string;
  message: string;
  subject: string;
  server_ref: string | null;
  round: string | null;
  round_key: string | null;
  created_at: number;
  deadline: number;
  status: string;
}

const IS_OPEN = "status IN ('pending', 'opened')";

export function createElicitationsTable(sql: SqlDatabase): ElicitationsTable {
  const read = (where: string, ...values: readonly string[]) =>
    sql
      .all<Row>(`SELECT * FROM agents_mcp_elicitations WHERE ${where} ORDER BY created_at, id`, ...values)
      .map(fromRow);
  return {
    open: () => read(IS_OPEN),
    get: (id) => read("id = ?", id)[0] ?? null,
    countSince: (serverId, time) =>
      sql.all<{ asked: number }>(
        "SELECT COUNT(*) AS asked FROM agents_mcp_elicitations WHERE server_id = ? AND created_at > ?",
        serverId,
        time,
      )[0]?.asked ?? 0,
    add: (row) =>
      sql.run(
        "INSERT INTO agents_mcp_elicitations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row.id,
        row.serverId,
        row.call,
        row.mode,
        row.message,
        row.subject,
        row.serverRef,
        row.round,
        row.roundKey,
        row.createdAt,
        row.deadline,
        row.status,
      ),
    setStatus(id, status) {
      // What was asked may be as personal as the answer, and nobody needs it any more.
      const erase = status === "pending" || status === "opened" ? "" : ", message = '', subject = ''";
      sql.run(`UPDATE agents_mcp_elicitations SET status = ?${erase} WHERE id = ?`, status, id);
    },
    sweep: (time) => sql.run(`DELETE FROM agents_mcp_elicitations WHERE deadline < ? AND NOT (${IS_OPEN})`, time),
    deleteServer: (serverId) => sql.run("DELETE FROM agents_mcp_elicitations WHERE server_id = ?", serverId),
  };
}

function fromRow(row: Row): StoredElicitation {
  return {
    id: row.id,
    serverId: row.server_id,
    call: row.call,
    mode: row.mode === "url" ? "url" : "form",
    message: row.message,
    subject: row.subject,
    serverRef: row.server_ref,
    round: row.round,
    roundKey: row.round_key,
    createdAt: row.created_at,
    deadline: row.deadline,
    status: row.status as StoredElicitation["status"],
  };
}
