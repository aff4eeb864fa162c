// Begins one attempt: everything the callback will need is a row before the browser leaves.
import { McpError } from "../errors.ts";
import type { McpPorts } from "../ports.ts";
import type { Timeline } from "../timeline/recorder.ts";
import type { Vault } from "../vault.ts";
import type { AuthorizationServer } from "./authorization-server.ts";
import { writeAttemptCookie } from "./attempt-cookie.ts";
import { buildAuthorizationUrl } from "./authorization-url.ts";
import { type ClientCredentials, readCredentials, writeCredentials } from "./client-credentials.ts";
import type { ClientStore } from "./client-store.ts";
import { type SecretSources, withCurrentSecret } from "./current-secret.ts";
import { resourceToSend } from "./exceptions.ts";
import type { FlowRow, FlowStore } from "./flow-store.ts";
import { parseObject } from "./metadata-document.ts";
import type { AuthTarget } from "./oauth.ts";
import { hashSecret } from "./secret-hash.ts";

export interface AttemptDeps extends SecretSources {
  readonly ports: McpPorts;
  readonly vault: Vault;
  readonly flows: FlowStore;
  readonly timeline: Pick<Timeline, "record">;
  readonly clients: ClientStore;
}

/** Sealed with the attempt, so that the code is redeemed by the very client it was asked for. */
export interface AttemptSecrets {
  readonly verifier: string;
  readonly client: ClientCredentials;
}

const ATTEMPT_LIFE_MS = 600_000;

/** In the place of a cookie's hash: any browser may end the attempt, if the app knows its person. No hash equals it. */
export const NO_COOKIE = "";

/** Rejects with `flow-unknown` when the flow ended meanwhile, `client-id-required`, and the vault's codes. */
export async function beginAttempt(
  deps: AttemptDeps,
  flow: FlowRow,
  target: AuthTarget,
  { bound }: { readonly bound: boolean } = { bound: true },
): Promise<{ readonly location: string; readonly cookie: string }> {
  const { ports, vault, flows, clients, timeline } = deps;
  const { serverId, flowId, provider, resource, scopes } = flow;
  const redirectUri = clients.list(serverId).find(({ issuer }) => issuer === provider.issuer)?.redirectUri;
  const stored = await clients.open(serverId, provider.issuer);
  if (stored === null || redirectUri === undefined) throw new McpError("client-id-required", { serverId });
  const client = withCurrentSecret(deps, target, provider.issuer, stored);

  const attemptId = ports.ids.id();
  const state = ports.ids.secret();
  const verifier = ports.ids.secret();
  const cookieSecret = ports.ids.secret();
  const [stateHash, cookieHash, location, sealed] = await Promise.all([
    hashSecret(state),
    hashSecret(cookieSecret),
    buildAuthorizationUrl(provider, {
      clientId: client.clientId,
      redirectUri,
      scopes,
      state,
      verifier,
      resource: resourceToSend(target.options, resource),
      prompt: promptFor(target, provider),
      extra: target.options.authorizationParameters ?? {},
    }),
    vault.seal(
      { serverId, kind: "verifier", scope: attemptId },
      JSON.stringify({ verifier, client: writeCredentials(client) }),
    ),
  ]);

  ports.sql.transaction(() => {
    // It may have been dropped, or be in redemption, since it was read.
    if (flows.flow(flowId) === null || flows.redeeming(flowId) !== null)
      throw new McpError("flow-unknown", { serverId });
    vault.put(sealed);
    flows.addAttempt({
      attemptId,
      flowId,
      serverId,
      stateHash,
      cookieHash: bound ? cookieHash : NO_COOKIE,
      issuer: provider.issuer,
      redirectUri,
      resource,
      scopes,
      stage: "open",
      expiresAt: ports.clock.now() + ATTEMPT_LIFE_MS,
    });
    timeline.record(serverId, { step: "sign-in-opened", at: provider.authorizationEndpoint });
  });
  return { location, cookie: writeAttemptCookie(redirectUri, attemptId, cookieSecret, ATTEMPT_LIFE_MS / 1000) };
}

/**
 * The provider remembers one account, and another one is meant: it has to ask. Only where it says that it understands,
 * because one that does not may refuse the whole request.
 */
function promptFor({ account, options }: AuthTarget, { prompts }: AuthorizationServer): string | null {
  if (options.prompt !== undefined) return options.prompt;
  return account !== undefined && prompts?.includes("select_account") ? "select_account" : null;
}

/** `null` when there are none any more: the code was sent. */
export async function openAttemptSecrets(
  vault: Vault,
  serverId: string,
  attemptId: string,
): Promise<AttemptSecrets | null> {
  const text = await vault.open({ serverId, kind: "verifier", scope: attemptId });
  const { verifier, client } = parseObject(text ?? "") ?? {};
  const credentials = typeof client === "string" ? readCredentials(client) : null;
  return typeof verifier === "string" && credentials !== null ? { verifier, client: credentials } : null;
}
