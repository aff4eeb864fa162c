// Puts the parts of the engine together: the only place that knows all of them.
import { createMoveIn, type MoveIn } from "./adoption/move-in.ts";
import { createServerAdder, type ServerAdder } from "./servers/add-server.ts";
import { callOver, findTool } from "./calls.ts";
import { openBound } from "./servers/bound-server.ts";
import { admitCallback, admitsCallback, type CallbackPolicy } from "./servers/callback-policy.ts";
import { type CatalogueStore, createCatalogueStore } from "./catalog/catalogue.ts";
import { createToolTrust, type ToolTrust } from "./catalog/tool-trust.ts";
import { type Connections, createConnections } from "./servers/connections.ts";
import { createElicitations, type Elicitations } from "./elicitation/elicitations.ts";
import { createGate } from "./gate.ts";
import { createOAuthEndpoint, type OAuthEndpoint } from "./oauth-endpoint.ts";
import type { VerifyCallbackUser } from "./oauth/callback-request.ts";
import { createCallbackResponder } from "./oauth/callback-response.ts";
import { checkClientMetadataUrl } from "./oauth/client-metadata.ts";
import { createOAuth } from "./oauth/create-oauth.ts";
import type { OAuth } from "./oauth/oauth.ts";
import type { OperatorClients } from "./oauth/operator-clients.ts";
import type { Listen, MCPClientOAuthCallbackConfig, ToolOptions } from "./options.ts";
import type { McpPorts } from "./ports.ts";
import { createAskedCalls } from "./lasting/asked-calls.ts";
import { createCallStore } from "./lasting/call-store.ts";
import type { MCPCall } from "./lasting/lasting-call.ts";
import { createLastingCalls, type LastingCalls } from "./lasting/lasting-calls.ts";
import { createSentCalls } from "./lasting/sent-calls.ts";
import { createTaskCalls } from "./lasting/task-calls.ts";
import { createToolCalls, type ToolCalls } from "./lasting/tool-calls.ts";
import type { LogMessage } from "./log-message.ts";
import { createListeners, type Listeners } from "./listeners.ts";
import { createPublisher, type Publisher } from "./publish/publisher.ts";
import { serverViews } from "./publish/server-views.ts";
import { toShown } from "./publish/shown.ts";
import type { QuestionHandlers } from "./question-handlers.ts";
import type { ResourceUpdate } from "./resource-subscriptions.ts";
import { createLookout, type Lookout } from "./servers/lookout.ts";
import { checkListen } from "./servers/server-options.ts";
import { openMcpDatabase } from "./schema.ts";
import { createServerSecrets } from "./servers/server-secrets.ts";
import { neighbourAt } from "./session/neighbour.ts";
import { openSession } from "./session/open-session.ts";
import { createCallsTable } from "./storage/calls-table.ts";
import { createCatalogueTable } from "./storage/catalogue-table.ts";
import { createElicitationsTable } from "./storage/elicitations-table.ts";
import { createInterestsTable, type InterestsTable } from "./storage/interests-table.ts";
import { createServersTable } from "./storage/servers-table.ts";
import { createTimelineTable } from "./storage/timeline-table.ts";
import { createToolTrustTable } from "./storage/tool-trust-table.ts";
import { createVault } from "./storage/sqlite-vault.ts";
import type { Vault } from "./vault.ts";
import { createTimeline, type Timeline } from "./timeline/recorder.ts";
import { createGuardedFetch } from "./transport/guarded-fetch.ts";
import { checkUrl } from "./transport/url-policy.ts";

/** ms; default of `EngineOptions.idleMs`. */
const IDLE_MS = 60_000;
/** ms; default of `ElicitationHandlers.answerWithin`. */
const ANSWER_WITHIN_MS = 300_000;

/** Always the same, so that it can be seen that nothing changed. */
const NO_TOOL_OPTIONS: ToolOptions = {};

/** Servers whose lists are read again at the same time: as many connections as a Worker opens at once. */
const REVALIDATED_AT_ONCE = 6;

export interface EngineOptions {
  /** Ring of vault keys, `id:base64[,id:base64]`; the first one seals. `undefined`: unkeyed. */
  readonly vaultKeys: string | undefined;
  /** Refuse to store secrets without a key. */
  readonly vaultRequired: boolean;
  /** Origins admitted besides public https ones, exactly as written; `http://localhost:*` admits every port. */
  readonly allowOrigins: readonly string[];
  /** The app's name at authorization servers and on its own pages. */
  readonly appName?: string | undefined;
  /**
   * Origins of the app's own pages besides the one the host is reached under. A sign-in that one of them opens goes on to the
   * provider without a question first; recognised by `Referer`, which a foreign page cannot make up.
   */
  readonly appOrigins?: readonly string[] | undefined;
  /**
   * Hosts (or origins) that callbacks may be on. Where none are listed, a callback that nobody named is on whatever host the
   * agent was reached under: right behind the platform's own routes, not behind a front that passes foreign hosts on.
   */
  readonly callbackHosts?: readonly string[] | undefined;
  /**
   * Whether addresses below a callback reach this host by themselves. A server whose provider does not name itself in its
   * answers then gets a callback of its own. Default: they do not.
   */
  readonly routesBelow?: ((callbackUrl: string) => boolean) | undefined;
  /** Asked of every sign-in that comes back, after all other checks; `false` ends it with `user-mismatch`. */
  readonly verifyCallbackUser?: VerifyCallbackUser | undefined;
  /** Address of a document that is the client id where a provider takes such; see `clientMetadataResponse`. */
  readonly clientMetadataUrl?: string | undefined;
  /** Clients registered by hand for every host of the app; asked when one is needed. */
  readonly operatorClients?: (() => OperatorClients) | undefined;
  /** ms after its last use at which a server's open stream is given up, so that the host can sleep; default 60 000. */
  readonly idleMs?: number | undefined;
  /** When servers are listened to that were added without saying it; default `while-used`. */
  readonly listen?: Listen | undefined;
}

export interface Engine {
  readonly ports: McpPorts;
  readonly connections: Connections;
  readonly adder: ServerAdder;
  readonly catalogue: CatalogueStore;
  readonly trust: ToolTrust;
  readonly oauth: OAuth;
  readonly oauthEndpoint: OAuthEndpoint;
  readonly publisher: Publisher;
  readonly interests: InterestsTable;
  readonly timeline: Timeline;
  readonly elicitations: Elicitations;
  readonly logMessages: Listeners<[LogMessage]>;
  readonly resourceUpdates: Listeners<[ResourceUpdate]>;
  readonly calls: LastingCalls;
  readonly callsSettled: Listeners<[MCPCall]>;
  readonly tools: ToolCalls;
  readonly lookout: Lookout;
  /** ms since the epoch at which a client last said something; 0: not since the host woke. */
  readonly presence: { spokeAt: number };
  readonly vault: Vault;
  readonly moveIn: MoveIn;
  /** Set by `configureOAuthCallback`. */
  readonly callback: { config: MCPClientOAuthCallbackConfig };
  /** Set by the `configure…` of each kind. */
  readonly questions: { handlers: QuestionHandlers };
}

export function createEngine(given: McpPorts, options: EngineOptions): Engine {
  const ports: McpPorts = { ...given, sql: openMcpDatabase(given.sql) };
  const { allowOrigins, appName, appOrigins, clientMetadataUrl, operatorClients, routesBelow, verifyCallbackUser } =
    options;
  const policy: CallbackPolicy = { hosts: options.callbackHosts, verifiesUsers: verifyCallbackUser !== undefined };
  const documentUrl = clientMetadataUrl === undefined ? null : checkClientMetadataUrl(clientMetadataUrl);
  const { listen = "while-used" } = options;
  checkListen(listen);
  const presence: Engine["presence"] = { spokeAt: 0 };
  const vault = createVault({ ...ports, keys: options.vaultKeys, required: options.vaultRequired });
  const fetch = createGuardedFetch({ fetch: ports.fetch, allowOrigins });
  const timeline = createTimeline(createTimelineTable(ports.sql), ports.clock);
  const clientIdDocument = () => documentUrl;
  const app = { appName, appOrigins, operatorClients, clientIdDocument, routesBelow, verifyCallbackUser };
  const oauth = createOAuth({ ports, vault, fetch, timeline, ...app });
  const servers = createServersTable(ports.sql, ports.log);
  const allSecrets = createServerSecrets(vault);
  const moveIn = createMoveIn({ ports, vault, servers, secrets: allSecrets });
  const secrets = moveIn.guard(allSecrets);
  const catalogue = createCatalogueStore(createCatalogueTable(ports.sql));
  const trust = createToolTrust(
    createToolTrustTable(ports.sql),
    (serverId) => connections.get(serverId)?.record.options.tools ?? NO_TOOL_OPTIONS,
  );
  const publisher = createPublisher(ports.log, () =>
    toShown(serverViews({ connections, catalogue, trust, oauth }), vault.status),
  );
  const interests = createInterestsTable(ports.sql);
  const logMessages: Engine["logMessages"] = createListeners(ports.log);
  const resourceUpdates: Engine["resourceUpdates"] = createListeners(ports.log);
  const callback: Engine["callback"] = { config: {} };
  const questions: Engine["questions"] = { handlers: {} };
  const answerWithin = (): number => questions.handlers.elicitation?.answerWithin ?? ANSWER_WITHIN_MS;
  const callStore = createCallStore(createCallsTable(ports.sql), vault);
  const sent = createSentCalls(ports.clock);
  const asked = createAskedCalls({
    ...ports,
    store: callStore,
    calls: () => calls,
    questions: () => elicitations,
    sent,
    over: (serverId, call) => callOver(connections.require(serverId), call),
    toolOf: (serverId, name) => findTool(catalogue.of(serverId).tools, { serverId, name }).tool,
    // Whoever began it had agreed to it, where that was needed.
    checkTool: (serverId, name) => trust.admit(serverId, name, true),
    toStep: (answer) =>
      answer.kind === "task"
        ? tasks.adopt(answer.task)
        : { kind: "settled", outcome: { kind: "completed", result: answer.result } },
    answerWithin,
  });
  const elicitations = createElicitations({
    ports,
    table: createElicitationsTable(ports.sql),
    rounds: asked,
    checkAddress: (url) => checkUrl(url, allowOrigins).href,
    answerWithin,
  });
  const connections: Connections = createConnections({
    ports,
    servers,
    catalogue,
    trust,
    secrets,
    oauth,
    fetch,
    openSession: openBound(openSession, {
      bindings: ports.bindings,
      bindingOf: (serverId) => connections.get(serverId)?.record.options.binding ?? null,
      propsOf: async (serverId) => (await secrets.read(serverId)).props,
    }),
    questions: () => questions.handlers,
    elicitations,
    interests,
    timeline,
    logged: logMessages.tell,
    resourceUpdated: resourceUpdates.tell,
    taskChanged: (serverId, taskId) => tasks.heard(serverId, taskId),
    idleMs: options.idleMs ?? IDLE_MS,
    // Itself among them: what it spoke before it was disconnected.
    neighbourOf: ({ url }) =>
      neighbourAt(
        url,
        connections.all().map(({ record, facts }) => ({ url: record.url, facts })),
      ),
    listen,
    clientSpokeAt: () => presence.spokeAt,
    keepsListening: (isGone) => lookout.keep(isGone),
    woke: () => lookout.woke(),
    random: Math.random,
    revalidating: createGate(REVALIDATED_AT_ONCE),
    admitsCallback: (url) => admitsCallback(url, policy),
    endCalls(serverId, code) {
      calls.endServer(serverId, code);
      elicitations.withdraw(serverId);
    },
    forgetRows(serverId) {
      catalogue.delete(serverId);
      trust.delete(serverId);
      interests.delete(serverId);
      elicitations.forget(serverId);
      calls.forget(serverId);
      timeline.forget(serverId);
      secrets.delete(serverId);
      servers.delete(serverId);
    },
    changed: publisher.touch,
    restored: publisher.restored,
  });
  const lookout = createLookout(ports, connections.all, Math.random);
  const callsSettled: Engine["callsSettled"] = createListeners(ports.log);
  const tasks = createTaskCalls({
    clock: ports.clock,
    over: (serverId, call) => callOver(connections.require(serverId), call, { comesBack: true }),
    toolOf: (serverId, name) => findTool(catalogue.of(serverId).tools, { serverId, name }).tool,
    nudge: (callId) => calls.nudge(callId),
    background: ports.background,
  });
  const calls: LastingCalls = createLastingCalls({
    ports,
    store: callStore,
    drivers: { sent, asked, task: tasks },
    settled: callsSettled.tell,
    inUse: () => connections.all().length > 0,
    isKnown: (serverId) => connections.get(serverId) !== undefined,
    random: Math.random,
  });
  const tools = createToolCalls({ ports, connections, catalogue, trust, calls, sent, tasks });
  const adder = createServerAdder({
    ports,
    connections,
    secrets,
    admit: (request) => admitCallback(request, policy, ports.log),
    admitsCallback: (url) => admitsCallback(url, policy),
    checkUrl: (url) => checkUrl(url, allowOrigins).href,
  });
  const responder = createCallbackResponder(() => callback.config);
  const oauthEndpoint = createOAuthEndpoint({ oauth, connections, responder, timeline });
  return {
    ports,
    connections,
    adder,
    catalogue,
    trust,
    oauth,
    oauthEndpoint,
    publisher,
    elicitations,
    interests,
    timeline,
    logMessages,
    resourceUpdates,
    calls,
    callsSettled,
    tools,
    lookout,
    presence,
    vault,
    moveIn,
    callback,
    questions,
  };
}
