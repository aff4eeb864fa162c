// The `/__test` surface: how a test that runs in another process looks into the providers and breaks them.
import type { RequestListener } from "node:http";
import type { ProviderId } from "./provider-info.ts";

/** What a test may do. `id` picks one server; without it, all. */
export interface ProvidersControl {
  /** Forgets MCP sessions and cuts their streams, as a restart would. Returns how many there were. */
  dropSessions(id?: ProviderId): number;
  /** Forgets every access and refresh token. Returns how many there were. */
  revokeTokens(): number;
  /** Whether the dice describe themselves otherwise than before. */
  changeTools(on: boolean): void;
  /** Whether the consent page sends `Cross-Origin-Opener-Policy: same-origin`. */
  setCoop(on: boolean): void;
  /** `"POST /mcp"` → how often, since the start or the last reset. */
  requestCounts(id: ServerId): Readonly<Record<string, number>>;
  /** `"POST /mcp"` → headers of the latest such request. */
  lastHeaders(id: ServerId): Readonly<Record<string, Readonly<Record<string, string>>>>;
  resetCounts(): void;
}

/** `auth` is the authorization server. */
export type ServerId = ProviderId | "auth";

const PREFIX = "/__test/";

/**
 * Answers `/__test/*` of one server and hands everything else on.
 *
 * `GET requests` → `{counts, headers}`; `POST reset`, `drop-sessions`, `revoke-tokens`,
 * `tools/changed`, `tools/as-before`, `coop/on`, `coop/off` → `{done}`.
 */
export function withControl(control: ProvidersControl, id: ServerId, next: RequestListener): RequestListener {
  const actions: Readonly<Record<string, () => unknown>> = {
    "GET requests": () => ({ counts: control.requestCounts(id), headers: control.lastHeaders(id) }),
    "POST reset": () => done(control.resetCounts()),
    "POST drop-sessions": () => done(control.dropSessions(id === "auth" ? undefined : id)),
    "POST revoke-tokens": () => done(control.revokeTokens()),
    "POST tools/changed": () => done(control.changeTools(true)),
    "POST tools/as-before": () => done(control.changeTools(false)),
    "POST coop/on": () => done(control.setCoop(true)),
    "POST coop/off": () => done(control.setCoop(false)),
  };
  return (request, response) => {
    const path = (request.url ?? "").replace(/\?.*$/, "");
    if (!path.startsWith(PREFIX)) return next(request, response);
    const action = actions[`${request.method} ${path.slice(PREFIX.length)}`];
    if (action === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(action()));
  };
}

const done = (count: number | void) => ({ done: count ?? true });
