// Puts the parts of authorization together behind the one interface the engine knows.
import { McpError } from "../errors.ts";
import type { GuardedFetch } from "../guarded-fetch.ts";
import type { McpPorts } from "../ports.ts";
import type { Timeline } from "../timeline/recorder.ts";
import type { Vault } from "../vault.ts";
import { beginAttempt } from "./attempt.ts";
import { callbackPlace } from "./callback-place.ts";
import { judgeCallback, type VerifyCallbackUser } from "./callback-request.ts";
import { createClientStore } from "./client-store.ts";
import { findOpenFlow, type FlowDeps, openFlow, toOpenFlow } from "./flow.ts";
import { createFlowStore } from "./flow-store.ts";
import { createProvers } from "./dpop.ts";
import { createMachineSources } from "./grants/machine-source.ts";
import { createLeaving } from "./leaving.ts";
import type { BrowserRequest, OAuth, OpenFlow } from "./oauth.ts";
import { createOperatorClients, type OperatorClients } from "./operator-clients.ts";
import { redeemAttempt } from "./redeem.ts";
import { createRefresher } from "./refresh.ts";
import { createRenewals } from "./renewal.ts";
import { shareMetadata } from "./shared-metadata.ts";
import { answerStart } from "./start-page.ts";
import { createTokenStore } from "./token-store.ts";

export interface OAuthDeps {
  readonly ports: McpPorts;
  readonly vault: Vault;
  readonly fetch: GuardedFetch;
  readonly timeline: Pick<Timeline, "record">;
  /** Shown to people and at providers; default: the host of the callback URL. */
  readonly appName?: string | undefined;
  /** Origins of the app's own pages besides the callback's. */
  readonly appOrigins?: readonly string[] | undefined;
  readonly verifyCallbackUser?: VerifyCallbackUser | undefined;
  /** URL of a client id metadata document that lists the redirect URI; `null`: none is served for it. */
  readonly clientIdDocument?: ((redirectUri: string) => string | null) | undefined;
  /** Addresses below a callback reach this host, too. */
  readonly routesBelow?: ((callbackUrl: string) => boolean) | undefined;
  /** The operator's clients; asked when one is needed. */
  readonly operatorClients?: (() => OperatorClients) | undefined;
}

/** Needs the tables of `oauth-tables.ts` and `vault-tables.ts`. Keeps nothing in memory that an eviction may not take. */
export function createOAuth({ ports, vault, fetch: alone, timeline, ...app }: OAuthDeps): OAuth {
  const metadata = shareMetadata(alone, ports.clock);
  const { fetch } = metadata;
  const { appName, appOrigins = [], verifyCallbackUser, clientIdDocument, routesBelow } = app;
  const { sql } = ports;
  const flows = createFlowStore(sql, vault);
  const tokens = createTokenStore(sql, vault);
  const clients = createClientStore(sql, vault);
  const operators = createOperatorClients(app.operatorClients);
  const registration = { fetch, clock: ports.clock, clients, operators, appName, clientIdDocument, routesBelow };
  const provers = createProvers(ports, vault);
  const renewals = createRenewals({ ports, tokens });
  const stores = { ports, fetch, timeline, vault, flows, tokens, clients, operators, provers, registration };
  const parts = { ...stores, renewals, appName, appOrigins, verifyCallbackUser };
  const refresher = createRefresher(parts);
  const machines = createMachineSources(parts);
  const opening = new Map<string, Promise<OpenFlow>>();

  const leaving = createLeaving({
    ...parts,
    begun: async (serverId) => void (await opening.get(serverId)?.catch(() => null)),
  });

  return {
    tokens: (target) => (target.grant === undefined ? refresher.source(target) : machines.source(target, target.grant)),
    begin(target, challenge, signal) {
      const { serverId } = target;
      if (target.grant !== undefined) return Promise.reject(machines.refused(target, challenge));
      // One after the other: the second finds the flow of the first, and may widen it.
      const before = opening.get(serverId)?.catch(() => undefined) ?? Promise.resolve();
      const work = before.then(() => openFlow(whileWanted(parts, signal), target, challenge, signal)).then(toOpenFlow);
      work.catch(metadata.forget);
      const tracked = work.finally(() => {
        if (opening.get(serverId) === tracked) opening.delete(serverId);
      });
      opening.set(serverId, tracked);
      return tracked;
    },
    openFlow(target) {
      const flow = findOpenFlow(parts, target);
      return flow === null ? null : toOpenFlow(flow);
    },
    hasGrant: (serverId) => tokens.grant(serverId) !== null,
    usedExceptions: (serverId) => (flows.flowOfServer(serverId) ?? tokens.grant(serverId))?.provider?.exceptions ?? [],
    isSignedIn: (serverId) => tokens.grant(serverId)?.status === "active",
    dropFlow(flowId) {
      const flow = flows.flow(flowId);
      if (flow === null) return;
      sql.transaction(() => {
        // A provider shows a page of its own to a client that it has forgotten, and never sends the browser back.
        if (flows.isLeft(flowId)) clients.markUnusable(flow.serverId, flow.provider.issuer);
        flows.dropFlow(flowId);
      });
    },
    classify: (request) => classify(request.url, flows.isCallbackPlace),
    start: (request, flowId, target) => answerStart(parts, request, flowId, target),
    async directUrl(flowId, target) {
      const flow = flows.flow(flowId);
      if (flow === null) throw new McpError("flow-unknown", { serverId: target.serverId });
      return (await beginAttempt(parts, flow, target, { bound: false })).location;
    },
    serverOfFlow: (flowId) => flows.flow(flowId)?.serverId ?? null,
    acceptCallback: (request) => judgeCallback(parts, request),
    exchangeStage(flowId) {
      const attempt = flows.redeeming(flowId);
      if (attempt === null || attempt.stage === "open") return { stage: "none", attemptId: null };
      return { stage: attempt.stage, attemptId: attempt.attemptId };
    },
    redeem(attemptId, target) {
      const redeemed = redeemAttempt(parts, attemptId, target);
      redeemed.catch(metadata.forget);
      return redeemed;
    },
    ...leaving,
  };
}

/** The same parts, with every request ended by `signal`. */
function whileWanted<Parts extends FlowDeps>(parts: Parts, signal: AbortSignal | undefined): Parts {
  if (signal === undefined) return parts;
  const fetch: GuardedFetch = (url, request) => parts.fetch(url, { ...request, signal });
  return { ...parts, fetch, registration: { ...parts.registration, fetch } };
}

const ANSWER_PARAMETERS = ["state", "code", "error"];

/** An answer of a provider always has one of its parameters; a start URL has the flow's id; anything else is the application's. */
function classify(url: string, isCallbackPlace: (place: string) => boolean): BrowserRequest {
  const { searchParams } = new URL(url);
  const flowId = searchParams.get("flow");
  const isAnswer = ANSWER_PARAMETERS.some((name) => searchParams.has(name));
  if ((!isAnswer && flowId === null) || !isCallbackPlace(callbackPlace(url))) return { kind: "none" };
  return isAnswer || flowId === null ? { kind: "callback" } : { kind: "start", flowId };
}
