// The rows of open sign-ins: a flow is the offer, each opening of its start URL an attempt.
import type { AuthReason } from "@agents-internal/protocol";
import type { SqlDatabase, SqlRow } from "../../sql/database.ts";
import type { Vault } from "../vault.ts";
import type { AuthorizationServer } from "./authorization-server.ts";
import { splitServerCallback } from "./callback-place.ts";
import type { ExchangeStage } from "./oauth.ts";
import { readProvider, readScopes, readTexts, writeScopes } from "./row-values.ts";

export interface FlowRow {
  readonly flowId: string;
  readonly serverId: string;
  readonly serverUrl: string;
  readonly callbackUrl: string;
  readonly reason: AuthReason;
  readonly scopes: readonly string[] | null;
  /** Whose calls asked for it. */
  readonly tools: readonly string[];
  readonly resource: string;
  /** Everything the callback and the exchange need of the provider's metadata, as it was at the beginning. */
  readonly provider: AuthorizationServer;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface AttemptRow {
  readonly attemptId: string;
  readonly flowId: string;
  readonly serverId: string;
  /** SHA-256; `null` once the state was used. */
  readonly stateHash: string | null;
  readonly cookieHash: string;
  readonly issuer: string;
  readonly redirectUri: string;
  readonly resource: string;
  readonly scopes: readonly string[] | null;
  readonly stage: "open" | Exclude<ExchangeStage, "none">;
  readonly expiresAt: number;
}

/** Every method is synchronous. */
export interface FlowStore {
  flow(flowId: string): FlowRow | null;
  flowOfServer(serverId: string): FlowRow | null;
  /** Replaces the server's flow and drops the attempts of the one before. */
  saveFlow(flow: FlowRow): void;
  widenFlow(flow: Pick<FlowRow, "flowId" | "scopes" | "tools">): void;
  dropFlow(flowId: string): void;
  attempt(attemptId: string): AttemptRow | null;
  attemptByState(stateHash: string): AttemptRow | null;
  /** Keeps the newest attempts only, and the flow open as long as this one. */
  addAttempt(attempt: AttemptRow): void;
  dropAttempt(attemptId: string): void;
  /** The attempt that is being redeemed, if any. */
  redeeming(flowId: string): AttemptRow | null;
  /** A browser went to the provider, and none came back with an answer. */
  isLeft(flowId: string): boolean;
  /** Openings that are remembered, oldest first. */
  attempts(flowId: string): readonly AttemptRow[];
  /** Uses up the state and drops the flow's other attempts. `false` when somebody was faster. */
  accept(attemptId: string): boolean;
  /** `false` unless the attempt was accepted and not yet sent. */
  markSent(attemptId: string): boolean;
  /** The callback of some server, shared or its own. */
  isCallbackPlace(place: string): boolean;
  rememberCallbackPlace(serverId: string, place: string): void;
  /** The server's flow, if any. Its callback stays known, so that a late answer is told what became of it. */
  dropServer(serverId: string): void;
  deleteServer(serverId: string): void;
}

const MAX_ATTEMPTS = 5;

export function createFlowStore(sql: SqlDatabase, vault: Vault): FlowStore {
  const flowWhere = (column: "flow_id" | "server_id", value: string) =>
    toFlow(sql.all<SqlRow>(`SELECT * FROM agents_mcp_oauth_flows WHERE ${column} = ?`, value)[0]);
  const attemptWhere = (column: "attempt_id" | "state_hash", value: string) =>
    toAttempt(sql.all<SqlRow>(`SELECT * FROM agents_mcp_oauth_attempts WHERE ${column} = ?`, value)[0]);
  const attemptsOf = (flowId: string) =>
    sql
      .all<SqlRow>("SELECT * FROM agents_mcp_oauth_attempts WHERE flow_id = ? ORDER BY number", flowId)
      .flatMap((row) => toAttempt(row) ?? []);

  function dropAttempt(attemptId: string): void {
    const attempt = attemptWhere("attempt_id", attemptId);
    if (attempt === null) return;
    sql.transaction(() => {
      vault.delete({ serverId: attempt.serverId, kind: "verifier", scope: attemptId });
      vault.delete({ serverId: attempt.serverId, kind: "code", scope: attemptId });
      sql.run("DELETE FROM agents_mcp_oauth_attempts WHERE attempt_id = ?", attemptId);
    });
  }

  function dropFlow(flowId: string): void {
    sql.transaction(() => {
      for (const { attemptId } of attemptsOf(flowId)) dropAttempt(attemptId);
      sql.run("DELETE FROM agents_mcp_oauth_flows WHERE flow_id = ?", flowId);
    });
  }

  function dropServer(serverId: string): void {
    const flow = flowWhere("server_id", serverId);
    if (flow !== null) dropFlow(flow.flowId);
  }

  return {
    flow: (flowId) => flowWhere("flow_id", flowId),
    flowOfServer: (serverId) => flowWhere("server_id", serverId),
    saveFlow(flow) {
      sql.transaction(() => {
        const earlier = flowWhere("server_id", flow.serverId);
        if (earlier !== null) dropFlow(earlier.flowId);
        sql.run(
          "INSERT INTO agents_mcp_oauth_flows (flow_id, server_id, server_url, callback_url, reason, scopes, tools, resource, provider, created_at, expires_at) " +
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          flow.flowId,
          flow.serverId,
          flow.serverUrl,
          flow.callbackUrl,
          flow.reason,
          writeScopes(flow.scopes),
          JSON.stringify(flow.tools),
          flow.resource,
          JSON.stringify(flow.provider),
          flow.createdAt,
          flow.expiresAt,
        );
      });
    },
    widenFlow({ flowId, scopes, tools }) {
      sql.run(
        "UPDATE agents_mcp_oauth_flows SET scopes = ?, tools = ? WHERE flow_id = ?",
        writeScopes(scopes),
        JSON.stringify(tools),
        flowId,
      );
    },
    dropFlow,
    attempt: (attemptId) => attemptWhere("attempt_id", attemptId),
    attemptByState: (stateHash) => attemptWhere("state_hash", stateHash),
    addAttempt(attempt) {
      sql.transaction(() => {
        const others = attemptsOf(attempt.flowId);
        for (const { attemptId } of others.slice(0, Math.max(0, others.length - MAX_ATTEMPTS + 1)))
          dropAttempt(attemptId);
        const [last] = sql.all<{ number: number | null }>(
          "SELECT MAX(number) AS number FROM agents_mcp_oauth_attempts WHERE flow_id = ?",
          attempt.flowId,
        );
        sql.run(
          "INSERT INTO agents_mcp_oauth_attempts " +
            "(attempt_id, flow_id, server_id, state_hash, cookie_hash, issuer, redirect_uri, resource, scopes, stage, number, expires_at) " +
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          attempt.attemptId,
          attempt.flowId,
          attempt.serverId,
          attempt.stateHash,
          attempt.cookieHash,
          attempt.issuer,
          attempt.redirectUri,
          attempt.resource,
          writeScopes(attempt.scopes),
          attempt.stage,
          (last?.number ?? 0) + 1,
          attempt.expiresAt,
        );
        sql.run(
          "UPDATE agents_mcp_oauth_flows SET expires_at = MAX(expires_at, ?) WHERE flow_id = ?",
          attempt.expiresAt,
          attempt.flowId,
        );
      });
    },
    dropAttempt,
    redeeming: (flowId) => attemptsOf(flowId).find(({ stage }) => stage !== "open") ?? null,
    attempts: attemptsOf,
    isLeft(flowId) {
      const attempts = attemptsOf(flowId);
      return attempts.length > 0 && attempts.every(({ stage }) => stage === "open");
    },
    accept: (attemptId) =>
      sql.transaction(() => {
        const attempt = attemptWhere("attempt_id", attemptId);
        if (attempt?.stage !== "open") return false;
        for (const other of attemptsOf(attempt.flowId)) if (other.attemptId !== attemptId) dropAttempt(other.attemptId);
        sql.run(
          "UPDATE agents_mcp_oauth_attempts SET stage = 'accepted', state_hash = NULL WHERE attempt_id = ?",
          attemptId,
        );
        return true;
      }),
    markSent: (attemptId) =>
      sql.transaction(() => {
        const attempt = attemptWhere("attempt_id", attemptId);
        if (attempt?.stage !== "accepted") return false;
        sql.run("UPDATE agents_mcp_oauth_attempts SET stage = 'sent' WHERE attempt_id = ?", attemptId);
        vault.delete({ serverId: attempt.serverId, kind: "verifier", scope: attemptId });
        vault.delete({ serverId: attempt.serverId, kind: "code", scope: attemptId });
        return true;
      }),
    isCallbackPlace(place) {
      try {
        const { shared, serverId } = splitServerCallback(place);
        const known = sql.all(
          "SELECT 1 AS known FROM agents_mcp_oauth_callbacks WHERE place = ? OR (place = ? AND server_id = ?) LIMIT 1",
          place,
          shared,
          serverId,
        );
        return known.length > 0;
      } catch {
        // Asked of every request, also before the first server is added: until then there are no tables.
        return false;
      }
    },
    rememberCallbackPlace(serverId, place) {
      sql.run("INSERT OR REPLACE INTO agents_mcp_oauth_callbacks (server_id, place) VALUES (?, ?)", serverId, place);
    },
    dropServer,
    deleteServer(serverId) {
      dropServer(serverId);
      sql.run("DELETE FROM agents_mcp_oauth_callbacks WHERE server_id = ?", serverId);
    },
  };
}

function toFlow(row: SqlRow | undefined): FlowRow | null {
  const provider = readProvider(row?.["provider"]);
  if (row === undefined || provider === null) return null;
  return {
    flowId: String(row["flow_id"]),
    serverId: String(row["server_id"]),
    serverUrl: String(row["server_url"]),
    callbackUrl: String(row["callback_url"]),
    reason: row["reason"] as AuthReason,
    scopes: readScopes(row["scopes"]),
    tools: readTexts(row["tools"]),
    resource: String(row["resource"]),
    provider,
    createdAt: Number(row["created_at"]),
    expiresAt: Number(row["expires_at"]),
  };
}

function toAttempt(row: SqlRow | undefined): AttemptRow | null {
  if (row === undefined) return null;
  return {
    attemptId: String(row["attempt_id"]),
    flowId: String(row["flow_id"]),
    serverId: String(row["server_id"]),
    stateHash: row["state_hash"] === null ? null : String(row["state_hash"]),
    cookieHash: String(row["cookie_hash"]),
    issuer: String(row["issuer"]),
    redirectUri: String(row["redirect_uri"]),
    resource: String(row["resource"]),
    scopes: readScopes(row["scopes"]),
    stage: row["stage"] as AttemptRow["stage"],
    expiresAt: Number(row["expires_at"]),
  };
}
