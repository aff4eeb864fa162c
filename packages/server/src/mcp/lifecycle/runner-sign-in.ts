// The steps of a sign-in and of its end that take time: prepare, redeem, give back.
import type { SignOutReport } from "@agents-internal/protocol";
import { type HttpChallenge, McpError } from "../errors.ts";
import type { AuthTarget, OAuth, OpenFlow, RedeemedTokens } from "../oauth/oauth.ts";
import type { McpPorts } from "../ports.ts";
import { hasOwnAuthorization, type ServerSecretsStore, withClientSecret } from "../servers/server-secrets.ts";
import type { RunnerCore } from "./runner-core.ts";

export interface SignInDeps {
  readonly ports: McpPorts;
  readonly oauth: OAuth;
  readonly secrets: ServerSecretsStore;
  /** Something that the snapshot shows changed. */
  readonly changed: () => void;
}

export interface SignIn {
  /** Ends when the last sign-in that was asked for is prepared, or with why it cannot be while the server works on. */
  readonly begun: Promise<McpError | null>;
  /** Ends when the code of the last callback was redeemed, or with why it was not. */
  readonly exchange: Promise<McpError | null>;
  /** Sign-ins that were granted in this life of the host. */
  readonly grants: number;
  /** Neither rejects: how it ended is an event. */
  begin(epoch: number, challenge: HttpChallenge): Promise<McpError | null>;
  redeem(flowId: string): Promise<McpError | null>;
  /** Give the grant back. That it is gone is an event as well. */
  end(epoch: number): Promise<SignOutReport>;
  /** Renew the token where that is due. What comes of it is an event, or another alarm. */
  renew(): Promise<void>;
}

export function createSignIn(core: RunnerCore, deps: SignInDeps): SignIn {
  const { row } = core;
  const { ports, oauth } = deps;
  let begun: Promise<McpError | null> = Promise.resolve(null);
  let grants = 0;
  let exchange: Promise<McpError | null> = Promise.resolve(null);

  async function begin(epoch: number, challenge: HttpChallenge): Promise<McpError | null> {
    try {
      const { id: flowId, reason, expiresAt } = await prepareSignIn(deps, core.target(), challenge, core.attempt());
      const { kind } = core.dispatch({ type: "authorization-required", epoch, flowId, reason, expiresAt });
      if (kind !== "ignore") return null;
      const { state } = row.connection;
      if (!("flowId" in state) || state.flowId !== flowId) oauth.dropFlow(flowId);
      // The open sign-in asks for more than before.
      else deps.changed();
      return null;
    } catch (thrown) {
      const error = McpError.from(thrown, "authorization-failed");
      const { kind } = row.connection.state;
      const isForMore = challenge.status === 403 || (kind === "ready" && !oauth.hasGrant(row.record.id));
      // A call asked for more than was granted before, or for any sign-in at all, and nobody can be asked: the rest still works.
      if (isForMore && (kind === "ready" || kind === "connected" || kind === "authenticating")) {
        const { code, status, detail } = error;
        core.tell({ step: "step-up-failed", code, status, detail });
        ports.log.warn("mcp-step-up-failed", { serverId: row.record.id, code });
        return error;
      }
      core.failed(epoch, error);
      return null;
    }
  }

  async function redeem(flowId: string): Promise<McpError | null> {
    let tokens: RedeemedTokens | null = null;
    try {
      const redeemed = (tokens = await redeemCode(deps, core.target(), flowId));
      ports.sql.transaction(() => {
        redeemed.commit();
        core.dispatch({ type: "exchanged", flowId });
      });
      grants += 1;
      return null;
    } catch (thrown) {
      // Closed or removed meanwhile: nobody will ever use this grant, so it is not left alive at the provider.
      if (tokens) ports.background(tokens.discard());
      const error = McpError.from(thrown, "token-refused");
      const { code, detail = null, status } = error;
      core.dispatch({ type: "exchange-failed", flowId, code, detail, status });
      return error;
    }
  }

  return {
    get begun() {
      return begun;
    },
    get exchange() {
      return exchange;
    },
    get grants() {
      return grants;
    },
    begin: (epoch, challenge) => (begun = begin(epoch, challenge)),
    redeem: (flowId) => (exchange = redeem(flowId)),
    async end(epoch) {
      const target = core.target();
      // A client secret that cannot be opened must not keep anybody signed in.
      const secret = await deps.secrets.read(target.serverId).catch(() => deps.secrets.none);
      const report = await oauth.signOut(withClientSecret(target, secret));
      // Whoever signs in next begins a session of their own.
      const forgetSession = await deps.secrets.prepareSession(target.serverId, null);
      ports.sql.transaction(() => {
        forgetSession();
        core.dispatch({ type: "signed-out", epoch });
      });
      // Disconnected before and after, but now without a sign-in.
      deps.changed();
      return report;
    },
    async renew() {
      const { epoch, state } = row.connection;
      // What it got would be a grant that nobody gives back.
      if (state.kind === "signing-out") return;
      try {
        const target = core.target();
        const token = await oauth.tokens(withClientSecret(target, await deps.secrets.read(target.serverId))).current();
        const isUsable = state.kind === "ready" || state.kind === "connected";
        // The person hears of it now, not with the next call.
        if (token === null && isUsable)
          core.dispatch({ type: "unauthorized", epoch, challenge: { status: 401, header: null } });
      } catch (thrown) {
        ports.log.warn("oauth-renewal-failed", { serverId: row.record.id, code: McpError.from(thrown).code });
      }
      await begun;
    },
  };
}

/** Find the authorization server and store a sign-in. A developer's own header that was refused cannot be signed in for. */
async function prepareSignIn(
  deps: SignInDeps,
  target: AuthTarget,
  challenge: HttpChallenge,
  signal: AbortSignal,
): Promise<OpenFlow> {
  const secret = await deps.secrets.read(target.serverId);
  if (hasOwnAuthorization(secret)) {
    const detail = "The Authorization header given for it was refused.";
    throw new McpError("token-rejected", { detail, status: challenge.status });
  }
  return deps.oauth.begin(withClientSecret(target, secret), challenge, signal);
}

/** Send the stored code. What comes back is written by `commit`, in the caller's transaction. */
async function redeemCode(deps: SignInDeps, target: AuthTarget, flowId: string): Promise<RedeemedTokens> {
  const { attemptId } = deps.oauth.exchangeStage(flowId);
  if (attemptId === null) throw new McpError("flow-unknown");
  return deps.oauth.redeem(attemptId, withClientSecret(target, await deps.secrets.read(target.serverId)));
}
