// Answers an opened start URL: on to the provider, or first a question, or the reason why not.
import { ERROR_CODES, type ErrorCode } from "@agents-internal/protocol";
import { McpError } from "../errors.ts";
import { type AnotherClientDeps, tryAnotherClient } from "./another-client.ts";
import { beginAttempt } from "./attempt.ts";
import type { FlowRow } from "./flow-store.ts";
import { escapeHtml } from "../inert-text.ts";
import type { AuthTarget } from "./oauth.ts";
import { renderPage } from "./page.ts";

export interface StartDeps extends AnotherClientDeps {
  readonly appName: string | undefined;
  /** Origins of the app's own pages besides the callback's. */
  readonly appOrigins: readonly string[];
}

/**
 * A start URL could be mailed to somebody else, so it goes on by itself only when a page of the app opened it; otherwise the person is asked first. Looking ahead (HEAD, prefetch) begins nothing.
 */
export async function answerStart(
  deps: StartDeps,
  request: Request,
  flowId: string,
  target: AuthTarget,
): Promise<Response> {
  const flow = deps.flows.flow(flowId);
  const usable = flow !== null && flow.serverId === target.serverId && flow.expiresAt > deps.ports.clock.now();
  if (!usable || deps.flows.redeeming(flowId) !== null) return explain("flow-unknown", 404);

  switch (intentOf(request, deps.appOrigins)) {
    case "go":
      return leave(deps, flow, target, request.method === "POST" ? 303 : 302);
    case "ask":
      return ask(deps, flow, target);
    case "foreign-form":
      return explain("browser-mismatch", 403);
    case "look-ahead":
      return new Response(null, { status: 204, headers: { "cache-control": "no-store" } });
    default:
      return new Response(null, { status: 405, headers: { allow: "GET, HEAD, POST" } });
  }
}

/** Names of scopes that the question shows. */
const MAX_SCOPES = 20;

type Intent = "go" | "ask" | "foreign-form" | "look-ahead" | "unsupported";

function intentOf({ method, headers, url }: Request, appOrigins: readonly string[]): Intent {
  if (method === "HEAD" || isPrefetch(headers)) return "look-ahead";
  if (method === "POST") return headers.get("origin") === new URL(url).origin ? "go" : "foreign-form";
  if (method !== "GET") return "unsupported";
  const site = headers.get("sec-fetch-site");
  const isOwn = site === "same-origin" || (site !== null && appOrigins.includes(refererOrigin(headers)));
  const destination = headers.get("sec-fetch-dest") ?? "document";
  return isOwn && destination === "document" ? "go" : "ask";
}

/** A navigation carries no `Origin`. A page can keep its `Referer` back, and then is asked; it cannot name another's. */
function refererOrigin(headers: Headers): string {
  const referer = headers.get("referer") ?? "";
  return URL.canParse(referer) ? new URL(referer).origin : "";
}

export function isPrefetch(headers: Headers): boolean {
  return headers.has("sec-purpose") || headers.get("purpose") === "prefetch";
}

async function leave(deps: StartDeps, flow: FlowRow, target: AuthTarget, status: 302 | 303): Promise<Response> {
  try {
    await tryAnotherClient(deps, flow, target);
    const { location, cookie } = await beginAttempt(deps, flow, target);
    const headers = { location, "set-cookie": cookie, "cache-control": "no-store", "referrer-policy": "no-referrer" };
    return new Response(null, { status, headers });
  } catch (error) {
    return explain(McpError.from(error).code, 500);
  }
}

function ask({ appName, ports }: StartDeps, flow: FlowRow, target: AuthTarget): Response {
  const provider = new URL(flow.provider.authorizationEndpoint);
  const app = escapeHtml(appName ?? new URL(flow.callbackUrl).host);
  const server = target.account === undefined ? target.serverName : `${target.serverName} (${target.account})`;
  const scopes = flow.scopes?.slice(0, MAX_SCOPES).map(escapeHtml).join(", ");
  return renderPage({
    status: 200,
    title: `Sign in to ${server}`,
    body:
      `<p><strong>${app}</strong> asks you to sign in to <strong>${escapeHtml(server)}</strong> ` +
      `at <strong>${escapeHtml(provider.host)}</strong>${forAgent(flow.callbackUrl, ports.identity.instance)}.</p>` +
      (scopes ? `<p>It will ask for: ${scopes}.</p>` : "") +
      `<p>Go on only if you have just asked for this.</p><form method="post"><button autofocus>Continue</button></form>`,
    formAction: formActions(provider),
  });
}

/** Whose account it would be. Named only where the address names it anyway: an instance may be kept from being shown. */
function forAgent(callbackUrl: string, instance: string): string {
  const isShown = new URL(callbackUrl).pathname.split("/").includes(encodeURIComponent(instance));
  return isShown ? `, for the agent <strong>${escapeHtml(instance)}</strong>` : "";
}

/**
 * Chromium applies `form-action` to every redirect that follows the submission, and providers redirect on to login
 * hosts of their own; naming the provider alone would leave those people on a blank page.
 */
function formActions(provider: URL): string {
  const local = provider.protocol === "http:" ? ` ${provider.origin} http://localhost:* http://127.0.0.1:*` : "";
  return `'self' ${provider.origin} https:${local}`;
}

function explain(code: ErrorCode, status: number): Response {
  return renderPage({
    status,
    title: "Sign-in",
    body: `<p>${escapeHtml(ERROR_CODES[code].message)}</p><p>You can close this window and start again.</p>`,
  });
}
