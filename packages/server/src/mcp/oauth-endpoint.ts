// The two pages a person's browser opens at the agent: the start of a sign-in and its return.
import { ERROR_CODES, type ErrorCode } from "@agents-internal/protocol";
import type { Connections } from "./servers/connections.ts";
import type { Timeline } from "./timeline/recorder.ts";
import type { CallbackResponder, OAuth } from "./oauth/oauth.ts";

export interface OAuthEndpointDeps {
  readonly oauth: OAuth;
  readonly connections: Connections;
  readonly responder: CallbackResponder;
  readonly timeline: Pick<Timeline, "record">;
}

/** `null`: the request is not for us. */
export type OAuthEndpoint = (request: Request) => Promise<Response | null>;

interface Failure {
  readonly serverId?: string | undefined;
  readonly code: ErrorCode;
  readonly detail: string;
}

export function createOAuthEndpoint({ oauth, connections, responder, timeline }: OAuthEndpointDeps): OAuthEndpoint {
  function failed(request: Request, { serverId, code, detail }: Failure): Response {
    const serverName = serverId === undefined ? undefined : connections.get(serverId)?.record.name;
    const authErrorDetail = detail || ERROR_CODES[code].message;
    return responder.respond(request, {
      ...(serverId === undefined ? {} : { serverId }),
      authSuccess: false,
      authError: authErrorDetail,
      authErrorDetail,
      code,
      ...(serverName === undefined ? {} : { serverName }),
    });
  }

  async function callback(request: Request): Promise<Response> {
    const verdict = await oauth.acceptCallback(request);
    if (verdict.kind === "refused") {
      const { serverId, code, detail } = verdict;
      // Only a genuine state names a server: nobody else can fill its timeline.
      if (serverId !== undefined) timeline.record(serverId, { step: "callback-refused", code, detail });
      return failed(request, verdict);
    }
    const { serverId, flowId } = verdict;
    const runner = connections.get(serverId);
    if (!runner) return failed(request, { code: "flow-unknown", detail: "" });
    if (verdict.kind === "denied") {
      runner.dispatch({ type: "callback-denied", flowId, code: verdict.code, detail: verdict.detail || null });
      return failed(request, verdict);
    }
    const outcome = runner.dispatch({ type: "callback-accepted", flowId });
    if (outcome.kind !== "move") return failed(request, { serverId, code: "flow-unknown", detail: "" });
    const error = await runner.exchange;
    if (error) return failed(request, { serverId, code: error.code, detail: error.detail ?? "" });
    return responder.respond(request, { serverId, authSuccess: true, serverName: runner.record.name });
  }

  return async (request) => {
    // Reading the rows first finishes what was under way when the host went to sleep.
    connections.all();
    const kind = oauth.classify(request);
    if (kind.kind === "none") return null;
    if (kind.kind === "callback") return callback(request);
    const serverId = oauth.serverOfFlow(kind.flowId);
    const runner = serverId === null ? undefined : connections.get(serverId);
    if (!runner) return failed(request, { code: "flow-unknown", detail: "" });
    return oauth.start(request, kind.flowId, runner.target);
  };
}
