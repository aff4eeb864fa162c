// What is done for a person who opens a sign-in once more, because the provider did not send them back.
import { McpError } from "../errors.ts";
import { type AttemptDeps, NO_COOKIE } from "./attempt.ts";
import type { FlowRow } from "./flow-store.ts";
import type { AuthTarget } from "./oauth.ts";
import { type RegistrationDeps, resolveClient } from "./registration.ts";

export interface AnotherClientDeps extends AttemptDeps {
  readonly registration: RegistrationDeps;
}

/**
 * A provider tells a client that it has forgotten, or whose document it cannot read, on a page of its own; nobody hears of it but
 * the person, who then opens the sign-in again. From there they must not end on the same page: the client is registered anew,
 * once for each offer. Whoever had only closed the window can still end the earlier attempt, which keeps its client.
 *
 * Never rejects: without another client the present one stays.
 */
export async function tryAnotherClient(deps: AnotherClientDeps, flow: FlowRow, target: AuthTarget): Promise<void> {
  const { clients, flows, ports, registration, timeline } = deps;
  const { serverId, provider, callbackUrl } = flow;
  const client = clients.list(serverId).find(({ issuer }) => issuer === provider.issuer);
  const isOurs = client?.source === "registered" || client?.source === "document";
  const [first, ...more] = flows.attempts(flow.flowId);
  const isSecond = first?.stage === "open" && first.cookieHash !== NO_COOKIE && more.length === 0;
  if (!isOurs || !isSecond || provider.registrationEndpoint === null) return;
  clients.markUnusable(serverId, provider.issuer);
  try {
    const { source } = await resolveClient(registration, target, provider, callbackUrl);
    timeline.record(serverId, { step: "client-chosen", at: provider.issuer, detail: source });
  } catch (error) {
    ports.log.warn("oauth-registration-failed", { serverId, code: McpError.from(error).code });
  }
}
