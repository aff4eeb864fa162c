// The two ways to give a sign-in back: with the registration kept for the next one, or with everything forgotten.
import { alarmKey } from "../alarm-key.ts";
import type { SignOutReport } from "@agents-internal/protocol";
import type { Timeline } from "../timeline/recorder.ts";
import type { ClientStore } from "./client-store.ts";
import type { Provers } from "./dpop.ts";
import type { FlowStore } from "./flow-store.ts";
import type { OAuth } from "./oauth.ts";
import { deregister } from "./registration-management.ts";
import type { Renewals } from "./renewal.ts";
import { type RevocationDeps, revokeGrant } from "./revocation.ts";
import type { TokenStore } from "./token-store.ts";

export interface LeavingDeps extends RevocationDeps {
  readonly flows: FlowStore;
  readonly tokens: TokenStore;
  readonly clients: ClientStore;
  readonly provers: Provers;
  readonly renewals: Renewals;
  readonly timeline: Pick<Timeline, "record">;
  /** Resolves when no sign-in of the server is being prepared. */
  readonly begun: (serverId: string) => Promise<void>;
}

export function createLeaving(deps: LeavingDeps): Pick<OAuth, "signOut" | "forget"> {
  const { ports, fetch, flows, tokens, clients, provers, renewals, timeline } = deps;

  const signOut: OAuth["signOut"] = async (target) => {
    const { serverId } = target;
    await Promise.all([renewals.settled(serverId), deps.begun(serverId)]);
    const grant = tokens.grant(serverId);
    const secrets = grant && (await tokens.secrets(serverId, grant).catch(() => null));
    const report = await revokeGrant(deps, target, grant, secrets);
    ports.sql.transaction(() => {
      flows.dropServer(serverId);
      tokens.deleteAll(serverId);
      provers.forget(serverId);
      timeline.record(serverId, { step: "revoked", at: grant?.issuer, detail: describe(report) });
      ports.alarms.cancel(alarmKey("renew", serverId));
    });
    ports.log.info("oauth-signed-out", { serverId, ...report });
    return report;
  };

  return {
    signOut,
    async forget(target) {
      const { serverId } = target;
      const report = await signOut(target);
      const registration = await deregister({ fetch, clients }, serverId);
      ports.sql.transaction(() => {
        flows.deleteServer(serverId);
        clients.deleteAll(serverId);
      });
      ports.log.info("oauth-forgotten", { serverId, registration });
      return { ...report, registration };
    },
  };
}

function describe({ refreshToken, accessToken }: SignOutReport): string {
  return `refresh token: ${refreshToken}, access token: ${accessToken}`;
}
