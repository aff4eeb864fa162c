// Tokens that need no person: asked for when a server wants one, again before they end, one request for all who wait.
import { type HttpChallenge, McpError } from "../../errors.ts";
import type { GuardedFetch } from "../../guarded-fetch.ts";
import type { MachineGrant } from "../../machine-grants.ts";
import type { McpPorts } from "../../ports.ts";
import type { Timeline } from "../../timeline/recorder.ts";
import type { TokenSource } from "../../token-source.ts";
import { readChallenge } from "../challenge.ts";
import type { ClientStore } from "../client-store.ts";
import { assertProofTaken, proofFor, type Provers } from "../dpop.ts";
import { buildGrant, describeGrant, type GrantBasis } from "../grant.ts";
import { refusalCode } from "../error-answer.ts";
import { resourceToSend } from "../exceptions.ts";
import { sha256Base64Url } from "../jwt.ts";
import { locateProvider } from "../locate-provider.ts";
import type { AuthTarget } from "../oauth.ts";
import type { Renewals, Renewing } from "../renewal.ts";
import type { Grant, GrantSecrets, TokenStore } from "../token-store.ts";
import { machineCredentials } from "./credentials.ts";
import { findTokenServer } from "./find-token-server.ts";
import { requestMachineTokens } from "./machine-request.ts";

export interface MachineSourceDeps {
  readonly ports: McpPorts;
  readonly fetch: GuardedFetch;
  readonly timeline: Pick<Timeline, "record">;
  readonly tokens: TokenStore;
  readonly clients: ClientStore;
  readonly provers: Provers;
  readonly renewals: Renewals;
}

export interface MachineSources {
  /** Its methods reject with `token-refused`, `token-rejected`, and what finding and asking the authorization server ends with. */
  source(target: AuthTarget, grant: MachineGrant): TokenSource;
  /** The server refused what it was shown, and there is nobody to ask. Synchronous; gives a refused token up. */
  refused(target: AuthTarget, challenge: HttpChallenge): McpError;
}

type Basis = Omit<GrantBasis, "origin">;

export function createMachineSources(deps: MachineSourceDeps): MachineSources {
  const { ports, fetch, tokens, provers, renewals, timeline } = deps;

  const renewing = (
    target: AuthTarget,
    grant: MachineGrant,
    seen: string | undefined,
    ask: () => Promise<string>,
  ): Renewing => ({ target, seen, refusalIsFinal: true, ask, taken: () => current(target, grant) });

  async function obtain(target: AuthTarget, grant: MachineGrant, basis: Basis): Promise<string> {
    const { serverId } = target;
    const { scopes, issuer } = basis;
    const located = await locateProvider(deps, target, basis);
    const { provider } = located;
    const resource = resourceToSend(target.options, located.resource);
    const prover = await provers.of(target);
    assertProofTaken(prover, provider);
    const client = machineCredentials(grant, provider);
    const answer = await requestMachineTokens(grant, { fetch, ports, provider, client, resource, prover }, scopes);
    if (answer.kind === "refused") {
      const { status, error } = answer;
      ports.log.warn("oauth-grant-refused", { serverId, grant: grant.type, issuer, error });
      throw new McpError(refusalCode(error), { serverId, status, detail: `(${error ?? status})` });
    }
    const { accessToken } = answer.tokens;
    // Asked for again ahead of its end, but not by a refresh token.
    const next = { ...buildGrant(ports, { ...basis, origin: "machine" }, answer.tokens, true), renewable: false };
    const proofKey = prover?.thumbprint ?? null;
    const machine = await nameOf(grant);
    const sealed = await tokens.seal(serverId, issuer, {
      accessToken,
      refreshToken: null,
      client,
      proofKey,
      machine,
      earlier: [],
    });
    ports.sql.transaction(() => {
      prover?.keep();
      tokens.save(serverId, next, sealed, null);
      timeline.record(serverId, { step: "token-obtained", at: provider.tokenEndpoint, detail: describeGrant(next) });
    });
    ports.log.info("oauth-grant-obtained", { serverId, grant: grant.type, issuer });
    return accessToken;
  }

  /** The present token with its row, when it came from this very grant and is bound as is asked for now. */
  async function present(target: AuthTarget, grant: MachineGrant): Promise<(GrantSecrets & { row: Grant }) | null> {
    const row = tokens.grant(target.serverId);
    if (row?.status !== "active") return null;
    const [secrets, prover, machine] = await Promise.all([
      tokens.secrets(target.serverId, row),
      provers.of(target),
      nameOf(grant),
    ]);
    if (secrets.machine === machine && secrets.proofKey === (prover?.thumbprint ?? null)) return { ...secrets, row };
    tokens.giveUp(target.serverId, row.version, "revoked");
    return null;
  }

  async function current(target: AuthTarget, grant: MachineGrant): Promise<string | null> {
    const known = await present(target, grant);
    if (known === null) return null;
    const { row, accessToken } = known;
    return renewals.current(
      row,
      accessToken,
      renewing(target, grant, row.version, () => obtain(target, grant, row)),
    );
  }

  async function afterRefusal(
    target: AuthTarget,
    grant: MachineGrant,
    shown: string | null,
    challenge: HttpChallenge,
  ): Promise<string | null> {
    const { serverId } = target;
    const coming = await renewals.coming(serverId, shown);
    if (coming !== undefined) return coming;
    const seen = tokens.grant(serverId)?.version;
    const known = await present(target, grant);
    if (known !== null && known.accessToken !== shown) return current(target, grant);
    if (known !== null && renewals.isFresh(known.row)) throw refused(target, challenge);
    const ask = async () => {
      const basis = await findTokenServer(deps, target, grant, readChallenge(challenge.header));
      return obtain(target, grant, basis);
    };
    return renewals.join(renewing(target, grant, seen, ask));
  }

  function refused({ serverId }: AuthTarget, { status }: HttpChallenge): McpError {
    if (status === 403) return new McpError("insufficient-scope", { serverId, status });
    const row = tokens.grant(serverId);
    if (row !== null) tokens.giveUp(serverId, row.version, "revoked");
    return new McpError("token-rejected", { serverId, status });
  }

  return {
    source: (target, grant) => ({
      current: () => current(target, grant),
      afterRefusal: (shown, challenge) => afterRefusal(target, grant, shown, challenge),
      proof: proofFor(provers, target),
    }),
    refused,
  };
}

/** Recognises a grant without keeping it: another secret, key or assertion is another grant. */
function nameOf(grant: MachineGrant): Promise<string> {
  return sha256Base64Url(JSON.stringify(grant));
}
