// Chooses what ends a sign-in in the person's browser: the application's handler, its redirects, or our page.
import { ERROR_CODES, type ErrorCode } from "@agents-internal/protocol";
import type { MCPClientOAuthCallbackConfig, MCPClientOAuthResult } from "../options.ts";
import { inert } from "../inert-text.ts";
import type { CallbackResponder } from "./oauth.ts";
import { renderPopupPage } from "./popup-page.ts";

type Ending = Parameters<CallbackResponder["respond"]>[1];

/** Schemes that would run or show something instead of leading somewhere. */
const NOT_A_PLACE: ReadonlySet<string> = new Set(["javascript:", "data:", "vbscript:", "blob:", "file:", "about:"]);

/** `getConfig` is asked each time: the configuration lives in memory and is set anew after every wake. */
export function createCallbackResponder(getConfig: () => MCPClientOAuthCallbackConfig | undefined): CallbackResponder {
  return {
    respond(request, ending) {
      const { customHandler, successRedirect, errorRedirect } = getConfig() ?? {};
      const handled = customHandler && askHandler(customHandler, ending);
      if (handled) return handled;
      const target = ending.authSuccess ? successRedirect : errorRedirect;
      return target === undefined ? showPage(ending) : redirect(request, target, ending);
    },
  };
}

/** A handler that throws must not leave the person on an error page: ours is shown instead. */
function askHandler(
  handler: NonNullable<MCPClientOAuthCallbackConfig["customHandler"]>,
  ending: Ending,
): Response | undefined {
  try {
    const response: unknown = handler(toResult(ending));
    return response instanceof Response ? response : undefined;
  } catch {
    return undefined;
  }
}

/** The documented sample pastes `authError` into an inline script, so it is made inert before a handler sees it. */
function toResult(ending: Ending): MCPClientOAuthResult {
  if (ending.authSuccess) return { serverId: ending.serverId, authSuccess: true };
  const { serverId, authError, authErrorDetail } = ending;
  return {
    ...(serverId === undefined ? {} : { serverId }),
    authSuccess: false,
    authError: inert(authError),
    authErrorDetail,
  };
}

function redirect(request: Request, target: string, ending: Ending): Response {
  const { origin } = new URL(request.url);
  const location = URL.canParse(target, origin) ? new URL(target, origin) : new URL(origin);
  const place = NOT_A_PLACE.has(location.protocol) ? new URL(origin) : location;
  if (!ending.authSuccess) place.searchParams.set("error", sentenceOf(ending.code, ending.authError));
  return new Response(null, {
    status: 302,
    headers: { location: place.href, "cache-control": "no-store", "referrer-policy": "no-referrer" },
  });
}

function sentenceOf(code: ErrorCode | undefined, text: string): string {
  return code === undefined ? inert(text) : ERROR_CODES[code].message;
}

function showPage(ending: Ending): Response {
  return renderPopupPage({
    outcome: ending.authSuccess ? "completed" : "failed",
    serverId: ending.serverId,
    serverName: ending.serverName,
    code: ending.code,
  });
}
