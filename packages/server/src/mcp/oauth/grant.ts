// Turns a token answer into the row of a grant: absolute times, and when to renew ahead.
import type { McpPorts } from "../ports.ts";
import type { Grant } from "./token-store.ts";
import type { GrantedTokens } from "./token-response.ts";

const MAX_MARGIN_MS = 60_000;

/** What a grant keeps when it is renewed. */
export type GrantBasis = Pick<Grant, "origin" | "issuer" | "resource" | "provider" | "scopes">;

export function buildGrant(
  { clock, ids }: McpPorts,
  basis: GrantBasis,
  tokens: GrantedTokens,
  renewable: boolean,
): Grant {
  const obtainedAt = clock.now();
  const life = tokens.expiresIn === null ? null : tokens.expiresIn * 1000;
  return {
    ...basis,
    version: ids.secret(),
    status: "active",
    // RFC 6749 section 5.1: a missing scope means what was asked for.
    scopes: tokens.scopes ?? basis.scopes,
    renewable,
    obtainedAt,
    expiresAt: life === null ? null : obtainedAt + life,
    refreshAt: life === null || !renewable ? null : obtainedAt + life - refreshMargin(life, ids.secret()),
    refreshingSince: null,
  };
}

/** For the timeline: what a person wonders about when they are asked to sign in again. */
export function describeGrant({ renewable, expiresAt, scopes }: Grant): string {
  const end = expiresAt === null ? "no end stated" : `ends ${new Date(expiresAt).toISOString()}`;
  return `${end}, ${renewable ? "renewable" : "no refresh token"}${scopes ? `, scopes: ${scopes.join(" ")}` : ""}`;
}

/** A tenth of the life or a minute, whichever is smaller, shortened by up to a half so that many agents do not renew at once. */
function refreshMargin(life: number, randomText: string): number {
  return Math.min(MAX_MARGIN_MS, life / 10) * (1 - spread(randomText) / 2);
}

/** A number in [0, 1) that another random text makes another one. */
export function spread(randomText: string): number {
  let mixed = 0;
  for (const char of randomText) mixed = (mixed * 31 + char.charCodeAt(0)) % 1000;
  return mixed / 1000;
}
