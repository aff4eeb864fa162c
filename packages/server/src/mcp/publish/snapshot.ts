// Rows and catalogues as the one documented shape that developers and browsers read.
import type {
  MCPServer,
  MCPServersState,
  OAuthExceptionName,
  ToolChange,
  ToolPolicy,
  WithServerId,
} from "@agents-internal/protocol";
import { ERROR_CODES, type ErrorCode } from "@agents-internal/protocol";
import type { Catalogue } from "../catalog/catalogue.ts";
import { LIST_NAMES, type ListReports } from "../lists.ts";
import { type ConnectionState, goesOn } from "../lifecycle/state.ts";
import { toPublicState } from "../lifecycle/to-public-state.ts";
import { withoutSecrets } from "../public-url.ts";
import type { OpenFlow } from "../oauth/oauth.ts";
import type { SessionFacts } from "../session/session.ts";

export interface ServerView {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly account: string | null;
  readonly callbackUrl: string | null;
  readonly signedIn: boolean;
  readonly state: ConnectionState;
  readonly facts: SessionFacts | null;
  /** The open sign-in, when the state is `authenticating`. */
  readonly flow: OpenFlow | null;
  /** Checks that its sign-in does not pass and its operator gave up. */
  readonly exceptions: readonly OAuthExceptionName[];
  /** Nobody hears of changes: what is shown is what was stored. */
  readonly unheard: boolean;
  readonly catalogue: Catalogue;
  /** A list of the catalogue as JSON. */
  readonly listText: (kind: keyof Catalogue) => string;
  /** Another one where the lists of the server are, or the server is, another; stored. */
  readonly edition: string;
  readonly reports: ListReports;
  readonly toolChanges: readonly ToolChange[];
  readonly toolPolicies: ReadonlyMap<string, ToolPolicy>;
}

/** Most changed tools that are named in a snapshot. */
const MAX_CHANGES = 100;

/** True when what a server offered may be offered on: it is usable, or it is on its way to being usable again. */
export function offersCatalogue(state: ConnectionState): boolean {
  switch (state.kind) {
    case "ready":
    case "discovering":
    case "connecting":
    case "connected":
      return true;
    case "authenticating":
    case "exchanging":
      return goesOn(state);
    case "failed":
      return state.retryAt !== null;
    default:
      return false;
  }
}

/** A server that could be used at once, of whose changes nobody hears. */
export function isUnheard({ state, unheard }: Pick<ServerView, "state" | "unheard">): boolean {
  return state.kind === "ready" && unheard;
}

export function toMcpState(
  servers: readonly ServerView[],
  vault: "keyed" | "unkeyed",
  { saysLive = true }: { readonly saysLive?: boolean } = {},
): MCPServersState {
  const offering = servers.filter(({ state }) => offersCatalogue(state));
  // Keys come from servers and developers: `fromEntries` defines them as own properties, whatever they are called.
  return {
    servers: Object.fromEntries(
      servers.map((server) => [
        server.id,
        saysLive && isUnheard(server) ? { ...toServer(server), live: false as const } : toServer(server),
      ]),
    ),
    tools: collect(offering, "tools"),
    prompts: collect(offering, "prompts"),
    resources: collect(offering, "resources"),
    resourceTemplates: collect(offering, "resourceTemplates"),
    ...(servers.length === 0 ? {} : { vault }),
  };
}

/** What the snapshot shows of a server and its developer does not decide, as a text: another one means that there is news. */
export function visibleForm(
  state: ConnectionState,
  catalogueVersion: number,
  facts: SessionFacts | null,
  unheard: boolean,
): string {
  const publicState = toPublicState(state);
  return JSON.stringify([
    state.kind === "removed" ? null : publicState,
    offersCatalogue(state),
    isUnheard({ state, unheard }),
    publicState === "failed" || publicState === "authenticating" ? state : null,
    catalogueVersion,
    facts?.instructions,
    facts?.capabilities,
  ]);
}

/** Failures that somebody mends by registering the app at the provider. */
const BY_HAND: ReadonlySet<string> = new Set<ErrorCode>(["client-id-required", "registration-refused"]);

/** Without `live`. */
export function toServer(view: ServerView): MCPServer {
  const { name, url, account, callbackUrl, state, facts, flow, exceptions, reports, toolChanges, toolPolicies } = view;
  const publicState = toPublicState(state);
  const failed = state.kind === "failed" && publicState === "failed" ? state : null;
  return {
    name,
    server_url: withoutSecrets(url),
    auth_url: flow?.startUrl ?? null,
    state: publicState,
    connectionState: publicState,
    error: failed ? [ERROR_CODES[failed.code].message, failed.detail].filter(Boolean).join(" ") : null,
    error_code: failed?.code ?? null,
    instructions: facts?.instructions ?? null,
    capabilities: facts?.capabilities ?? null,
    auth_reason: flow?.reason ?? null,
    auth_scopes: flow?.scopes ?? null,
    auth_tools: flow?.tools.length ? flow.tools : null,
    auth_host: flow?.authHost ?? null,
    ...(view.signedIn && { signed_in: true }),
    ...(account !== null && { account }),
    ...(failed && BY_HAND.has(failed.code) && callbackUrl !== null && { redirect_uri: callbackUrl }),
    ...listProblems(reports),
    ...(toolChanges.length > 0 && { tool_changes: toolChanges.slice(0, MAX_CHANGES) }),
    ...(toolPolicies.size > 0 && { tool_policies: Object.fromEntries(toolPolicies) }),
    ...(exceptions.length > 0 && { auth_exceptions: exceptions }),
  };
}

function listProblems(reports: ListReports): Pick<MCPServer, "list_problems"> {
  // In one order, whichever list was read first: what is shown is compared as text.
  const broken = LIST_NAMES.flatMap((kind) => {
    const problems = reports[kind]?.problems ?? [];
    return problems.length > 0 ? [[kind, problems] as const] : [];
  });
  return broken.length === 0 ? {} : { list_problems: Object.fromEntries(broken) };
}

function collect<K extends keyof Catalogue>(
  servers: readonly ServerView[],
  kind: K,
): WithServerId<Catalogue[K][number]>[] {
  return servers.flatMap(({ id, catalogue }) => catalogue[kind].map((item) => ({ ...item, serverId: id })));
}
