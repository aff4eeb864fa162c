// Renewing a server's access token: ahead of its end, once for all who wait, and not at once again where it failed.
import { alarmKey } from "../alarm-key.ts";
import { backoff } from "../backoff.ts";
import { McpError } from "../errors.ts";
import type { McpPorts } from "../ports.ts";
import { spread } from "./grant.ts";
import type { AuthTarget } from "./oauth.ts";
import type { Grant, TokenStore } from "./token-store.ts";

/** How one kind of grant gets another token. */
export interface Renewing {
  readonly target: AuthTarget;
  /** Version of the grant that is to be replaced; `undefined`: there is none. */
  readonly seen: string | undefined;
  /** What the authorization server refuses while the old token still works, it would refuse again. */
  readonly refusalIsFinal: boolean;
  /** The new token; `null` when only a person can help. Rejects when trying later may help: the old tokens are kept. */
  ask(): Promise<string | null>;
  /** The token that somebody else has got meanwhile. */
  taken(): Promise<string | null>;
}

export interface Renewals {
  /** `accessToken`, which belongs to `grant`, or the next one where that is due. Rejects only when the old one has ended. */
  current(grant: Grant, accessToken: string, renewing: Renewing): Promise<string | null>;
  /** Another token than the one that was seen. All who need one of the same server share one request. */
  join(renewing: Renewing): Promise<string | null>;
  /** What the renewal under way brings, unless that is `refused`; `undefined`: nothing. */
  coming(serverId: string, refused: string | null): Promise<string | null | undefined>;
  /** A token that was handed out so recently would be refused after the next renewal, too. */
  isFresh(grant: Grant): boolean;
  /** Resolves when no renewal of the server is under way. Never rejects. */
  settled(serverId: string): Promise<void>;
}

interface Trouble {
  readonly version: string | undefined;
  readonly failures: number;
  readonly until: number;
  readonly error: McpError;
}

const FRESH_MS = 30_000;
/** While the old token still works, a provider in trouble is not asked again with every call. */
const PAUSE_MS = 10_000;
/** Doubled with every failure once the old token has ended. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
/** A provider may ask for more patience than that; people may not have it. */
const LONGEST_RETRY_AFTER_MS = 600_000;

const PASSES: ReadonlySet<string> = new Set(["http-error", "timeout", "host-unreachable"]);

export function createRenewals({ ports, tokens }: { readonly ports: McpPorts; readonly tokens: TokenStore }): Renewals {
  const { clock, ids } = ports;
  const flights = new Map<string, Promise<string | null>>();
  const troubles = new Map<string, Trouble>();

  function troubleOf(serverId: string, version: string | undefined): Trouble | undefined {
    const trouble = troubles.get(serverId);
    return trouble?.version === version ? trouble : undefined;
  }

  function join(renewing: Renewing): Promise<string | null> {
    const { target, seen } = renewing;
    const { serverId } = target;
    const running = flights.get(serverId);
    if (running !== undefined) return running;
    // Opening secrets takes time, in which another renewal may have come and gone: its token is the present one.
    const latest = tokens.grant(serverId);
    if (latest?.status === "active" && latest.version !== seen) return renewing.taken();
    const trouble = troubleOf(serverId, seen);
    if (trouble !== undefined && trouble.until > clock.now())
      return Promise.reject(patience(trouble.error, trouble.until - clock.now()));
    const flight = attempt(renewing).finally(() => flights.delete(serverId));
    flights.set(serverId, flight);
    return flight;
  }

  async function attempt(renewing: Renewing): Promise<string | null> {
    const { serverId } = renewing.target;
    try {
      const token = await renewing.ask();
      troubles.delete(serverId);
      scheduleRenewal(ports, renewing.target, tokens.grant(serverId));
      return token;
    } catch (thrown) {
      throw postpone(renewing, McpError.from(thrown));
    }
  }

  /** Says in memory why, and in the row until when: a wake in between asks no sooner. */
  function postpone({ target, seen, refusalIsFinal }: Renewing, error: McpError): McpError {
    const { serverId } = target;
    const now = clock.now();
    const grant = tokens.grant(serverId);
    if (grant?.version !== seen || grant?.status !== "active") return error;
    const failures = (troubleOf(serverId, seen)?.failures ?? 0) + 1;
    const until = now + pauseAfter(error, { grant, failures, refusalIsFinal, now });
    if (until === now) return error;
    troubles.set(serverId, { version: seen, failures, until, error });
    tokens.postpone(serverId, grant.version, until);
    scheduleRenewal(ports, target, tokens.grant(serverId));
    return patience(error, until - now);
  }

  function pauseAfter(
    error: McpError,
    { grant, failures, refusalIsFinal, now }: { grant: Grant; failures: number; refusalIsFinal: boolean; now: number },
  ): number {
    const passes = PASSES.has(error.code);
    if (passes && error.retryAfter !== undefined) return Math.min(error.retryAfter, LONGEST_RETRY_AFTER_MS);
    if (!hasEnded(grant, now)) {
      const left = (grant.expiresAt ?? Infinity) - now;
      return !passes && refusalIsFinal && grant.expiresAt !== null ? left : Math.min(PAUSE_MS, left);
    }
    // What a developer mends applies at once.
    if (!passes) return 0;
    return backoff({ base: FIRST_PAUSE_MS, max: LONGEST_PAUSE_MS }, failures, 1 - spread(ids.secret()));
  }

  return {
    join,
    async current(grant, accessToken, renewing) {
      const now = clock.now();
      const ended = hasEnded(grant, now);
      const isDue = grant.refreshAt !== null && grant.refreshAt <= now;
      if (!isDue && !ended) return accessToken;
      if (ended && grant.refreshAt !== null && !isDue) {
        // Why is memory only; until when is a row.
        const why = troubleOf(renewing.target.serverId, grant.version)?.error;
        throw patience(why ?? new McpError("http-error", { detail: "(renewal)" }), grant.refreshAt - now);
      }
      try {
        return await join(renewing);
      } catch (error) {
        // Renewing ahead leaves time for another try.
        if (!ended) return accessToken;
        throw error;
      }
    },
    async coming(serverId, refused) {
      const running = flights.get(serverId);
      if (running === undefined) return undefined;
      const renewed = await running;
      return renewed === refused ? undefined : renewed;
    },
    isFresh: (grant) => !hasEnded(grant, clock.now()) && clock.now() - grant.obtainedAt < FRESH_MS,
    async settled(serverId) {
      await flights.get(serverId)?.catch(() => undefined);
    },
  };
}

export function hasEnded({ expiresAt }: Grant, now: number): boolean {
  return expiresAt !== null && expiresAt <= now;
}

/** By an alarm only where that was asked for; otherwise tokens are renewed when they are used. */
export function scheduleRenewal({ alarms }: McpPorts, target: AuthTarget, grant: Grant | null): void {
  if (target.options.renewWhenIdle !== true || grant?.status !== "active" || grant.refreshAt === null) return;
  alarms.set(alarmKey("renew", target.serverId), grant.refreshAt);
}

/** The same failure, with how long it takes until asking again makes sense. */
function patience(error: McpError, retryAfter: number): McpError {
  const { code, detail, status, serverId, cause } = error;
  return new McpError(code, { detail, status, serverId, cause, retryAfter });
}
