// From a request to the agent its URL names.
import { CloseCode, parseAgentPath } from "@agents-internal/protocol";
import { refuseSocket } from "../agent/socket-hub.ts";
import { type CorsOption, corsHeaders, withCors } from "./cors.ts";
import { findAgent, isInheritedName } from "./find-agent.ts";
import { type AgentGetOptions, agentStub } from "./get-agent-by-name.ts";
import { withoutInternalHeaders } from "./internal-headers.ts";
import { isSafeMethod, judgeOrigin } from "./origin-policy.ts";

/** Where a request was going, for the hooks. */
export interface AgentRoute {
  /** The binding's name. */
  readonly className: string;
  /** The instance's name. */
  readonly name: string;
}

type RouteHook = (
  request: Request,
  route: AgentRoute,
) => Response | Request | void | Promise<Response | Request | void>;

export interface AgentOptions<
  Props extends Record<string, unknown> = Record<string, unknown>,
> extends AgentGetOptions<Props> {
  /** First segments of agents' paths; default `agents`. */
  readonly prefix?: string;
  /** Bindings that may be reached. Default: every Durable Object binding of the Worker. */
  readonly agents?: readonly string[];
  /** Let other origins read HTTP answers, and with `true` also send requests that change something. Not for sockets. */
  readonly cors?: CorsOption;
  /** Origins whose pages may open sockets and send requests that change something, besides the Worker's own. */
  readonly origins?: readonly string[];
  /** Look at an upgrade first: return a Response to answer it, a Request to go on with that. */
  readonly onBeforeConnect?: RouteHook;
  /** The same for every other request. */
  readonly onBeforeRequest?: RouteHook;
}

const MAX_NAME = 1024;
const NO_BINDING =
  "Invalid request: no Durable Object binding is named like this agent. Give the binding the name of its class.";

/**
 * Hand a request to the agent that `/{prefix}/{agent}/{name}` names.
 *
 * Resolves to `null` when the path is not below the prefix. Answers by itself: 400 when there is no such binding,
 * 404 when the name cannot be one, 403 when another origin's page wants to change something, and `OPTIONS` with
 * `cors`. A refused socket is accepted and closed at once, with 4403 or 4404, so that the page learns why.
 */
export async function routeAgentRequest<Env extends object>(
  request: Request,
  env: Env,
  options: AgentOptions = {},
): Promise<Response | null> {
  const path = parseAgentPath(new URL(request.url).pathname, options.prefix);
  if (path === null) return null;
  const upgrade = request.headers.get("Upgrade")?.toLowerCase() === "websocket";
  const found = findAgent(env, path.agent, options.agents);
  if (found === undefined || !isInstanceName(path.name)) {
    if (upgrade) return refuseSocket(CloseCode.NOT_FOUND, "No such agent");
    const misspelled = found === undefined && !isInheritedName(path.agent);
    return misspelled ? new Response(NO_BINDING, { status: 400 }) : new Response("Not found", { status: 404 });
  }

  const cors = corsHeaders(options.cors);
  if (!upgrade && cors !== null && request.method === "OPTIONS") return new Response(null, { headers: cors });

  const stub = agentStub(found.namespace, path.name, options);
  if (!(await mayEnter(request, upgrade, stub, options))) {
    if (upgrade) return refuseSocket(CloseCode.ORIGIN_REFUSED, "Origin not allowed");
    return withCors(new Response("Origin not allowed", { status: 403 }), cors);
  }

  let forwarded = withoutInternalHeaders(request);
  const hook = upgrade ? options.onBeforeConnect : options.onBeforeRequest;
  const decision = await hook?.(forwarded, { className: found.binding, name: path.name });
  if (decision instanceof Response) return upgrade ? decision : withCors(decision, cors);
  if (decision instanceof Request) forwarded = withoutInternalHeaders(decision);

  if (options.props !== undefined) await asAgent(stub).setName(path.name, options.props);
  const response = await stub.fetch(forwarded);
  return upgrade ? response : withCors(response, cors);
}

function isInstanceName(name: string): boolean {
  return name.length <= MAX_NAME && !/[\u0000-\u001f\u007f]/.test(name);
}

/** Sockets, and requests that change something, are only for pages of allowed origins. */
async function mayEnter(
  request: Request,
  upgrade: boolean,
  stub: DurableObjectStub,
  options: AgentOptions,
): Promise<boolean> {
  if (!upgrade && (isSafeMethod(request.method) || options.cors === true)) return true;
  if (judgeOrigin(request, options.origins ?? []) === "allowed") return true;
  const origin = request.headers.get("Origin") ?? "";
  const readers = upgrade ? null : corsHeaders(options.cors)?.get("Access-Control-Allow-Origin");
  if (readers === "*" || readers === origin) return true;
  try {
    // The class may list origins of its own. An object that is no Agent does not answer.
    return await asAgent(stub)._allowsOrigin(origin);
  } catch {
    return false;
  }
}

/** What is called on a stub whose class the router does not know. */
interface RoutedAgent {
  setName(name: string, props: Record<string, unknown>): Promise<void>;
  _allowsOrigin(origin: string): Promise<boolean>;
}

function asAgent(stub: DurableObjectStub): RoutedAgent {
  return stub as unknown as RoutedAgent;
}
