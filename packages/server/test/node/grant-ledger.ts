// Counts what a mock authorization server has granted to the agent, as far as the agent can know of it, and still has.
import type { FetchHandler, MockAuthorizationServer } from "@agents-internal/testing";

export interface GrantLedger {
  /** As the provider's. `arrives`: whether the answer to this request will reach the agent. */
  handle(request: Request, arrives: boolean): ReturnType<FetchHandler>;
  /** As the provider's: what the MCP server asks about a token. */
  readonly check: MockAuthorizationServer["check"];
  /** Grants the agent was told of that are neither given back nor ended. */
  alive(): number;
  endAll(): void;
  /** None of them can be given back. */
  forgiveAll(): void;
  /** The agent has lost its memory: what it had not yet used may never have been stored. */
  forgive(): void;
}

interface Noted {
  readonly tokens: Set<string>;
  used: boolean;
  ended: boolean;
}

export function createGrantLedger(provider: MockAuthorizationServer): GrantLedger {
  const grants: Noted[] = [];
  const holding = (token: string | null) => grants.find(({ tokens }) => token !== null && tokens.has(token));

  async function noteTokens(form: URLSearchParams, response: Response, arrives: boolean): Promise<void> {
    const answer = (await response.json().catch(() => ({}))) as Partial<Record<string, string>>;
    const known = holding(form.get("refresh_token"));
    // A grant that is called invalid is over for its client.
    if (known && answer["error"] === "invalid_grant") known.ended = true;
    const { access_token: access, refresh_token: refresh } = answer;
    if (access === undefined) return;
    const grant = known ?? { tokens: new Set<string>(), used: false, ended: !arrives };
    if (!known) grants.push(grant);
    for (const token of [access, refresh]) if (token !== undefined) grant.tokens.add(token);
  }

  return {
    async handle(request, arrives) {
      const { pathname } = new URL(request.url);
      const form = request.method === "POST" ? new URLSearchParams(await request.clone().text()) : null;
      const response = await provider.handler(request);
      if (form && pathname === "/token") await noteTokens(form, response.clone(), arrives);
      return response;
    },
    check(token, resource) {
      const grant = holding(token);
      if (grant) grant.used = true;
      return provider.check(token, resource);
    },
    alive() {
      const revoked = new Set(provider.revoked);
      return grants.filter(({ ended, tokens }) => !ended && ![...tokens].some((token) => revoked.has(token))).length;
    },
    endAll() {
      provider.endAllGrants();
      for (const grant of grants) grant.ended = true;
    },
    forgiveAll() {
      for (const grant of grants) grant.ended = true;
    },
    forgive() {
      for (const grant of grants) if (!grant.used) grant.ended = true;
    },
  };
}
