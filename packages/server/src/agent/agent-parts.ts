// Builds what an agent is made of over its Durable Object: database, alarms, log, MCP engine.
import type { ElicitResult } from "@agents-internal/protocol";
import type { Connection } from "partyserver";
import type { MCPClientManager } from "../mcp/manager.ts";
import type { AddMcpServerOptions } from "../mcp/options.ts";
import type { VerifyCallbackUser } from "../mcp/oauth/callback-request.ts";
import type { KeyValues, Log } from "../mcp/ports.ts";
import type { SqlDatabase } from "../sql/database.ts";
import { createDurableObjectDatabase } from "../sql/durable-object-database.ts";
import { migrate } from "../sql/migrator.ts";
import type { AgentStaticOptions } from "./agent-options.ts";
import { AGENT_MIGRATIONS } from "./agent-tables.ts";
import { type AlarmQueue, createAlarmQueue } from "./alarm-queue.ts";
import { callbackUrlFor, isDefaultCallback } from "./callback-url.ts";
import { createConsoleLog } from "./console-log.ts";
import { currentContext } from "./current-agent.ts";
import { createElicitationHub, type ElicitationHub } from "./elicitation-hub.ts";
import { findBindingName, type Identity } from "./identity.ts";
import { createInheritance, type Inheritance } from "./inheritance.ts";
import { createMcpBindings } from "./mcp-bindings.ts";
import { createMcpBinding, MCP_ALARM_PREFIX, type McpBinding, mcpSettings, platformIds } from "./mcp-binding.ts";
import { createMcpEngine } from "./mcp-engine.ts";
import { createMcpFeed, type McpFeed } from "./mcp-feed.ts";

export interface AgentParts {
  readonly log: Log;
  /** The whole database, as the author's statements see it. */
  readonly sql: SqlDatabase;
  /** The same with the agent's own tables in it; made at the first use. */
  readonly tables: () => SqlDatabase;
  readonly alarms: AlarmQueue;
  readonly inheritance: Inheritance;
  readonly mcp: McpBinding<MCPClientManager>;
  readonly feed: McpFeed;
  /** Where sign-ins come back to, or `null` when no host is known. Throws `option-invalid`. */
  readonly callbackUrl: (options: AddMcpServerOptions) => string | null;
  readonly elicitations: ElicitationHub;
}

export interface AgentPartsOptions {
  readonly ctx: DurableObjectState;
  readonly env: object;
  readonly options: AgentStaticOptions;
  readonly className: string;
  /** Asked late: an object without a name can be constructed. */
  readonly identity: () => Identity;
  readonly connections: () => Iterable<Connection>;
  readonly isReadonly: (connection: Connection) => boolean;
  /** `undefined`: the app does not look at who comes back. */
  readonly verifyCallbackUser: VerifyCallbackUser | undefined;
}

export function createAgentParts({
  ctx,
  env,
  options,
  className,
  identity,
  connections,
  isReadonly,
  verifyCallbackUser,
}: AgentPartsOptions): AgentParts {
  const log = createConsoleLog({ agent: className });
  const sql = createDurableObjectDatabase(ctx.storage);
  const { kv } = ctx.storage;
  const keyValues: KeyValues = { list: (prefix) => [...kv.list({ prefix })], delete: (key) => void kv.delete(key) };
  const clock = { now: () => Date.now() };
  const after = (ms: number, callback: () => void): (() => void) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  };
  let migrated = false;
  let isNamed = false;
  let bindingName: string | undefined;
  const binding = (): string => (bindingName ??= findBindingName(env, identity(), ctx.id));

  function tables(): SqlDatabase {
    if (!migrated) migrate(sql, "agent", AGENT_MIGRATIONS);
    migrated = true;
    return sql;
  }

  const alarms: AlarmQueue = createAlarmQueue({
    sql: tables,
    clock,
    log,
    alarm: {
      set(dueAt) {
        if (!isNamed) keepName(ctx);
        isNamed = true;
        void ctx.storage.setAlarm(dueAt);
      },
      clear: () => void ctx.storage.deleteAlarm(),
    },
    after,
    handle: async (key) => {
      if (key.startsWith(MCP_ALARM_PREFIX)) await mcp.engine.onAlarm(key);
    },
  });

  const mcp: McpBinding<MCPClientManager> = createMcpBinding({
    sql,
    ports: () => ({
      sql,
      keyValues,
      clock,
      ids: platformIds,
      fetch: (request) => globalThis.fetch(request),
      alarms,
      log,
      identity: identity(),
      bindings: createMcpBindings(env),
      background: (work) => ctx.waitUntil(work.catch(() => log.warn("background-failed"))),
    }),
    settings: () => ({
      ...mcpSettings(options, env),
      routesBelow: (url) => isDefaultCallback(url, { binding: binding(), instance: identity().instance }),
      verifyCallbackUser,
    }),
    create: createMcpEngine,
    onPublish: () => feed.changed(),
    onRestored: () => feed.restored(),
    onElicitations: (change) => elicitations.changed(change),
  });

  const feed = createMcpFeed({ connections, shown: mcp.shown, log, now: clock.now, after });
  const inheritance = createInheritance({ sql, tables, keyValues, log, moveServersIn: () => mcp.engine.moveIn() });
  const elicitations = createElicitationHub({
    connections,
    isReadonly,
    list: mcp.elicitations,
    answer: (id, given) => mcp.engine.answerElicitation(id, given as ElicitResult),
    beforeAnswer: feed.catchUp,
  });

  function callbackUrl(asked: AddMcpServerOptions): string | null {
    const context = currentContext();
    return callbackUrlFor(asked, {
      reachedAt: [context?.request?.url, context?.connection?.uri],
      hidden: options.sendIdentityOnConnect === false,
      binding,
      instance: identity().instance,
    });
  }

  return { log, sql, tables, alarms, inheritance, mcp, feed, callbackUrl, elicitations };
}

/** Where partyserver looks for the name of an object to which an older runtime brings an alarm without it. */
const NAME_RECORD = "__ps_name";

function keepName({ id, storage }: DurableObjectState): void {
  if (id.name !== undefined && storage.kv.get(NAME_RECORD) !== id.name) storage.kv.put(NAME_RECORD, id.name);
}
