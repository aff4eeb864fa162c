// Gives the MCP engine its ports, and keeps it unmade for as long as nobody needs it.
import { type Elicitation, EMPTY_MCP_STATE, type MCPServersState } from "@agents-internal/protocol";
import { customAlphabet } from "nanoid";
import type { ElicitationsChange } from "../mcp/elicitation/elicitations.ts";
import type { McpPorts } from "../mcp/ports.ts";
import { NOTHING_SHOWN, type Shown } from "../mcp/publish/shown.ts";
import { encodeBase64Url } from "../mcp/base64url.ts";
import type { SqlDatabase } from "../sql/database.ts";
import { isMigrated } from "../sql/migrator.ts";
import type { AgentStaticOptions } from "./agent-options.ts";
import type { EngineOptions, McpEngine } from "./mcp-engine.ts";
import { operatorClients } from "./operator-clients.ts";

export interface McpBindingOptions<Engine extends McpEngine> {
  /** Where it can be seen whether an earlier life stored anything. */
  readonly sql: SqlDatabase;
  /** Asked when the engine is made. */
  readonly ports: () => McpPorts;
  readonly settings: () => EngineOptions;
  readonly create: (ports: McpPorts, options: EngineOptions) => Engine;
  /** The state changed. */
  readonly onPublish: () => void;
  /** The rows of an earlier life were read; what is shown is what was shown at its end. */
  readonly onRestored: () => void;
  /** A question for people was asked, or has ended. */
  readonly onElicitations: (change: ElicitationsChange) => void;
}

export interface McpBinding<Engine extends McpEngine> {
  /** Makes the engine at the first use. */
  readonly engine: Engine;
  /** Without making the engine when nothing is stored. */
  state(): MCPServersState;
  /** As above. */
  shown(): Shown;
  /** As above. */
  elicitations(): readonly Elicitation[];
  /** As above. */
  clientConnected(): void;
  /** Makes no engine. */
  clientActive(): void;
  handleRequest(request: Request): Promise<Response | null>;
  dispose(): Promise<void>;
}

/** Alarm keys of the engine begin with this. */
export const MCP_ALARM_PREFIX = "mcp:";
/** Scope under which the engine's tables are recorded. */
const MCP_TABLES = "mcp";

export function createMcpBinding<Engine extends McpEngine>({
  sql,
  ports,
  settings,
  create,
  onPublish,
  onRestored,
  onElicitations,
}: McpBindingOptions<Engine>): McpBinding<Engine> {
  let engine: Engine | null = null;
  /** Only the engine makes its tables, so the answer of the first look stays true until there is one. */
  let stored: boolean | undefined;

  function demand(): Engine {
    if (engine === null) {
      engine = create(ports(), settings());
      engine._publisher.subscribe(onPublish);
      engine._publisher.onRestored(onRestored);
      engine.onElicitationsChanged(onElicitations);
    }
    return engine;
  }

  function whenNeeded(): Engine | null {
    stored ??= isMigrated(sql, MCP_TABLES);
    return engine !== null || stored ? demand() : null;
  }

  return {
    get engine() {
      return demand();
    },
    state: () => whenNeeded()?.getState() ?? EMPTY_MCP_STATE,
    shown: () => whenNeeded()?._publisher.shown() ?? NOTHING_SHOWN,
    elicitations: () => whenNeeded()?.listElicitations() ?? [],
    clientConnected: () => whenNeeded()?.clientConnected(),
    clientActive: () => engine?.clientActive(),
    handleRequest: async (request) => (await whenNeeded()?.handleRequest(request)) ?? null,
    async dispose() {
      await engine?.dispose();
      engine = null;
      stored = undefined;
    },
  };
}

const firstLetter = customAlphabet("abcdefghijklmnopqrstuvwxyz", 1);
const rest = customAlphabet("abcdefghijklmnopqrstuvwxyz0123456789", 9);

/** Ids for servers (short, fit for tool names) and for secrets. */
export const platformIds: McpPorts["ids"] = {
  id: () => firstLetter() + rest(),
  secret: () => encodeBase64Url(crypto.getRandomValues(new Uint8Array(32))),
};

/** What `static options` and the Worker's variables say about the engine. */
export function mcpSettings(options: AgentStaticOptions, env: object): EngineOptions {
  const variables = env as Readonly<Record<string, unknown>>;
  const text = (name: string): string | undefined => {
    const value = variables[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const list = (name: string): readonly string[] =>
    (text(name) ?? "")
      .split(",")
      .map((entry) => entry.trim())
      .filter(Boolean);
  const callbackHosts = [...(options.mcp?.callbackHosts ?? []), ...list("AGENTS_CALLBACK_HOSTS")];
  return {
    vaultKeys: options.vault?.keys ?? text("AGENTS_VAULT_KEYS"),
    vaultRequired: options.vault?.required ?? false,
    allowOrigins: [...(options.mcp?.allowOrigins ?? []), ...list("AGENTS_ALLOW_ORIGINS")],
    ...(options.origins && { appOrigins: options.origins }),
    ...(callbackHosts.length > 0 && { callbackHosts }),
    idleMs: options.mcp?.idleMs,
    listen: options.mcp?.listen,
    appName: options.mcp?.appName ?? text("AGENTS_APP_NAME"),
    operatorClients: () => operatorClients(options, env),
    clientMetadataUrl: options.mcp?.clientMetadataUrl ?? text("AGENTS_CLIENT_METADATA_URL"),
  };
}
