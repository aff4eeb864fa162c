// Judges what a browser brings back from the provider, from rows alone and before anything is sent.
import { ERROR_CODES, type ErrorCode } from "@agents-internal/protocol";
import type { McpPorts } from "../ports.ts";
import type { Vault } from "../vault.ts";
import { NO_COOKIE } from "./attempt.ts";
import { readAttemptCookie } from "./attempt-cookie.ts";
import { callbackPlace } from "./callback-place.ts";
import type { ClientStore } from "./client-store.ts";
import { authorizationErrorOf, isUnknownClient } from "./error-answer.ts";
import type { AttemptRow, FlowRow, FlowStore } from "./flow-store.ts";
import type { CallbackVerdict } from "./oauth.ts";
import { cleanText } from "../inert-text.ts";
import { hashSecret } from "./secret-hash.ts";
import { isPrefetch } from "./start-page.ts";

/** The sign-in that a browser comes back with. */
export interface CallbackFlow {
  readonly flowId: string;
  readonly serverId: string;
}

/** Lets an app with its own login say whether the person who comes back is the one who may end this sign-in. */
export type VerifyCallbackUser = (request: Request, flow: CallbackFlow) => boolean | Promise<boolean>;

export interface CallbackDeps {
  readonly ports: McpPorts;
  readonly vault: Vault;
  readonly flows: FlowStore;
  readonly clients: Pick<ClientStore, "markUnusable">;
  readonly verifyCallbackUser: VerifyCallbackUser | undefined;
}

type Refusal = Extract<CallbackVerdict, { kind: "refused" }>;

const VERDICTS: ReadonlyMap<string, ErrorCode> = new Map([
  ["access_denied", "authorization-denied"],
  ["invalid_target", "resource-refused"],
]);

const MAX_CODE = 16_384;

/**
 * See `OAuth.acceptCallback`. The order is the defence: nothing the provider says is looked at before the state, the
 * browser and the issuer (RFC 9207 section 2.4) are known to be right.
 */
export async function judgeCallback(deps: CallbackDeps, request: Request): Promise<CallbackVerdict> {
  const { ports, vault, flows } = deps;
  const parameters = new URL(request.url).searchParams;
  const misfit = readMisfit(request, parameters);
  if (misfit !== null) return refuse("callback-invalid", misfit);

  const attempt = flows.attemptByState(await hashSecret(parameters.get("state") ?? ""));
  const flow = attempt && flows.flow(attempt.flowId);
  if (attempt === null || flow === null) return refuse("flow-unknown", "No open sign-in has this state.");
  const { serverId, flowId, attemptId } = attempt;

  const objection = await findObjection(deps, request, parameters, attempt, flow);
  if (objection !== null) return { ...objection, serverId };

  const error = parameters.get("error");
  const code = parameters.get("code");
  if (error !== null) {
    if (flows.attempt(attemptId)?.stage !== "open") return refuse("flow-unknown", "This sign-in was just ended.");
    ports.sql.transaction(() => {
      flows.dropAttempt(attemptId);
      if (isUnknownClient(error)) deps.clients.markUnusable(serverId, attempt.issuer);
    });
    const description = parameters.get("error_description");
    const verdict = VERDICTS.get(authorizationErrorOf(error, description)) ?? "authorization-failed";
    return {
      kind: "denied",
      serverId,
      flowId,
      code: verdict,
      detail: describe(error, description),
    };
  }
  if (code === null || code === "" || code.length > MAX_CODE)
    return { ...refuse("callback-invalid", "There is no usable code."), serverId };

  const sealed = await vault.seal({ serverId, kind: "code", scope: attemptId }, code);
  const first = ports.sql.transaction(() => {
    if (!flows.accept(attemptId)) return false;
    vault.put(sealed);
    return true;
  });
  return first
    ? { kind: "accepted", serverId, flowId, attemptId }
    : refuse("flow-unknown", "This sign-in was just ended.");
}

/** What makes the request no answer at all, whoever sent it. */
function readMisfit(request: Request, parameters: URLSearchParams): string | null {
  if (request.method !== "GET" || isPrefetch(request.headers))
    return "Only a navigation of the browser can end a sign-in.";
  const destination = request.headers.get("sec-fetch-dest");
  if (destination !== null && destination !== "document") return "Only a navigation of the browser can end a sign-in.";
  for (const name of ["state", "code", "iss", "error"]) {
    if (parameters.getAll(name).length > 1) return `The parameter ${name} is repeated.`;
  }
  if (!parameters.get("state")) return "There is no state.";
  if (parameters.has("code") && parameters.has("error")) return "There is both a code and an error.";
  return null;
}

async function findObjection(
  { ports, flows, verifyCallbackUser }: CallbackDeps,
  request: Request,
  parameters: URLSearchParams,
  attempt: AttemptRow,
  flow: FlowRow,
): Promise<Refusal | null> {
  const { attemptId, flowId, serverId, redirectUri } = attempt;
  if (callbackPlace(request.url) !== callbackPlace(redirectUri))
    return refuse("callback-invalid", "The sign-in was meant to end at another address.");
  if (attempt.expiresAt <= ports.clock.now()) {
    flows.dropAttempt(attemptId);
    return refuse("authorization-expired");
  }
  if (attempt.cookieHash === NO_COOKIE) {
    // Nobody is asked any more, as after a new version of the app: then the sign-in is anybody's.
    if (verifyCallbackUser === undefined) return refuse("user-mismatch");
  } else {
    const cookie = readAttemptCookie(request.headers.get("cookie"), redirectUri, attemptId);
    if (cookie === null || (await hashSecret(cookie)) !== attempt.cookieHash) return refuse("browser-mismatch");
  }

  // Compared as plain strings: nothing is normalised (RFC 9207 section 2.4, RFC 3986 section 6.2.1).
  const issuer = parameters.get("iss");
  if (issuer === null ? flow.provider.sendsIssuer : issuer !== attempt.issuer) return refuse("issuer-mismatch");
  if (verifyCallbackUser !== undefined && !(await verifyCallbackUser(request, { flowId, serverId })))
    return refuse("user-mismatch");
  return null;
}

function refuse(code: Refusal["code"], detail: string = ERROR_CODES[code].message): Refusal {
  return { kind: "refused", code, detail };
}

function describe(error: string, description: string | null): string {
  return cleanText(description ? `${error}: ${description}` : error);
}
