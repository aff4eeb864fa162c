// Opens, finds and widens sign-ins: what happens before a person opens the start URL.
import type { AuthReason } from "@agents-internal/protocol";
import { type HttpChallenge, McpError } from "../errors.ts";
import type { GuardedFetch } from "../guarded-fetch.ts";
import type { McpPorts } from "../ports.ts";
import type { Timeline } from "../timeline/recorder.ts";
import type { Vault } from "../vault.ts";
import { callbackPlace } from "./callback-place.ts";
import { type OAuthChallenge, readChallenge } from "./challenge.ts";
import type { ClientStore } from "./client-store.ts";
import { discover } from "./discovery.ts";
import { assertProofTaken, type Provers } from "./dpop.ts";
import { tellExceptions } from "./exceptions.ts";
import type { FlowRow, FlowStore } from "./flow-store.ts";
import type { AuthTarget, OpenFlow } from "./oauth.ts";
import { type RegistrationDeps, resolveClient } from "./registration.ts";
import { selectScopes, unite } from "./scopes.ts";
import type { TokenStore } from "./token-store.ts";

export interface FlowDeps {
  readonly ports: McpPorts;
  readonly fetch: GuardedFetch;
  readonly timeline: Pick<Timeline, "record">;
  readonly vault: Vault;
  readonly flows: FlowStore;
  readonly tokens: TokenStore;
  readonly clients: ClientStore;
  readonly provers: Provers;
  readonly registration: RegistrationDeps;
}

/** An offer lives this long; each attempt pushes it, so that none outlives it. */
const FLOW_LIFE_MS = 3_600_000;
/** Names of tools that one sign-in shows; who agrees reads no longer list. */
const MAX_TOOLS = 20;
/** UTF-16 code units of each: names are the server's, and they lie in one row. */
const MAX_TOOL_NAME = 200;

/** The open flow of a server, unless it has ended or belongs to another address. */
export function findOpenFlow({ flows, ports }: FlowDeps, target: AuthTarget): FlowRow | null {
  const flow = flows.flowOfServer(target.serverId);
  if (flow === null || flow.expiresAt <= ports.clock.now()) return null;
  return flow.callbackUrl === target.callbackUrl && flow.serverUrl === target.serverUrl ? flow : null;
}

/** See `OAuth.begin`. Not safe against itself: the caller lets one run a server. */
export async function openFlow(
  deps: FlowDeps,
  target: AuthTarget,
  http: HttpChallenge,
  signal?: AbortSignal,
): Promise<FlowRow> {
  const { ports, flows, tokens, clients } = deps;
  const { serverId, serverUrl, callbackUrl, options } = target;
  if (callbackUrl === null) throw new McpError("callback-host-required", { serverId });
  if (signal?.aborted) throw new McpError("aborted", { serverId });

  const challenge = readChallenge(http.header);
  const reason = reasonOf(deps, target, http, challenge);
  const open = findOpenFlow(deps, target);
  if (open !== null) return widen(deps, target, open, { challenge, reason, tool: http.tool });

  // Fails before anything is registered when secrets may not be stored.
  await deps.vault.seal({ serverId, kind: "verifier", scope: "" }, "");

  const grant = tokens.grant(serverId);
  const boundIssuer = clients.list(serverId).find(({ source }) => source === "configured")?.issuer;
  const { provider, resource, resourceScopes } = await discover(deps.fetch, {
    serverUrl,
    announced: challenge.resourceMetadata,
    preferred: [options.client?.issuer, boundIssuer, grant?.issuer].filter((issuer) => issuer !== undefined),
    configured: options.client ?? null,
    exceptions: options.exceptions ?? {},
    note: (probe) => deps.timeline.record(serverId, probe),
  });
  tellExceptions(deps.timeline, serverId, provider);
  assertProofTaken(await deps.provers.of(target), provider);
  const client = await resolveClient(deps.registration, target, provider, callbackUrl);
  if (signal?.aborted) throw new McpError("aborted", { serverId });
  deps.timeline.record(serverId, { step: "client-chosen", at: provider.issuer, detail: client.source });

  const now = ports.clock.now();
  const flow: FlowRow = {
    flowId: ports.ids.id(),
    serverId,
    serverUrl,
    callbackUrl,
    reason,
    scopes: selectScopes({
      reason,
      configured: options.scopes,
      challenged: challenge.scopes,
      resource: resourceScopes,
      granted: grant?.scopes ?? null,
      provider: provider.scopes,
    }),
    tools: http.tool === undefined ? [] : [shownName(http.tool)],
    resource,
    provider,
    createdAt: now,
    expiresAt: now + FLOW_LIFE_MS,
  };
  ports.sql.transaction(() => {
    flows.saveFlow(flow);
    flows.rememberCallbackPlace(serverId, callbackPlace(callbackUrl));
    deps.timeline.record(serverId, {
      step: "sign-in-prepared",
      at: provider.authorizationEndpoint,
      detail: flow.scopes && `scopes: ${flow.scopes.join(" ")}`,
    });
  });
  ports.log.info("oauth-flow-opened", { serverId, reason, issuer: provider.issuer, assumed: provider.assumed });
  return flow;
}

export function toOpenFlow(flow: FlowRow): OpenFlow {
  const startUrl = new URL(flow.callbackUrl);
  startUrl.searchParams.set("flow", flow.flowId);
  return {
    id: flow.flowId,
    serverId: flow.serverId,
    reason: flow.reason,
    scopes: flow.scopes,
    tools: flow.tools,
    authHost: new URL(flow.provider.authorizationEndpoint).host,
    startUrl: startUrl.href,
    expiresAt: flow.expiresAt,
  };
}

/** Another call that asks for a sign-in joins the open one; for more scope, it adds to what the next attempt will ask for. */
function widen(
  { flows }: FlowDeps,
  target: AuthTarget,
  flow: FlowRow,
  asked: { readonly challenge: OAuthChallenge; readonly reason: AuthReason; readonly tool: string | undefined },
): FlowRow {
  const isFixed = asked.reason !== "more-scope" || target.options.scopes !== undefined;
  const scopes = isFixed ? flow.scopes : unite(flow.scopes, asked.challenge.scopes);
  const tools =
    asked.tool === undefined ? flow.tools : [...new Set([...flow.tools, shownName(asked.tool)])].slice(0, MAX_TOOLS);
  if (scopes?.length === flow.scopes?.length && tools.length === flow.tools.length) return flow;
  const wider = { ...flow, scopes, tools };
  flows.widenFlow(wider);
  return wider;
}

function shownName(tool: string): string {
  return tool.length > MAX_TOOL_NAME ? `${tool.slice(0, MAX_TOOL_NAME - 1)}…` : tool;
}

function reasonOf(
  { tokens, ports }: FlowDeps,
  { serverId }: AuthTarget,
  http: HttpChallenge,
  challenge: OAuthChallenge,
): AuthReason {
  const grant = tokens.grant(serverId);
  if (grant === null) return "sign-in";
  if (grant.status !== "active") return grant.status;
  if (challenge.error === "insufficient_scope" || (http.status === 403 && challenge.scopes !== null))
    return "more-scope";
  return grant.expiresAt !== null && grant.expiresAt <= ports.clock.now() ? "expired" : "revoked";
}
