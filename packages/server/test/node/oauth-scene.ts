// A whole sign-in over one database, with an authorization engine that can be forgotten between any two steps.
import { OAUTH_FLOW_TOOLS, OAUTH_TABLES } from "../../src/mcp/oauth/oauth-tables.ts";
import { createOAuth, type OAuthDeps } from "../../src/mcp/oauth/create-oauth.ts";
import type { AuthTarget, OAuth, OpenFlow } from "../../src/mcp/oauth/oauth.ts";
import type { OAuthOptions } from "../../src/mcp/options.ts";
import { createVault } from "../../src/mcp/storage/sqlite-vault.ts";
import type { TimelineFacts } from "../../src/mcp/timeline/recorder.ts";
import type { Vault } from "../../src/mcp/vault.ts";
import { VAULT_TABLES } from "../../src/mcp/storage/vault-tables.ts";
import { createFakePorts, type FakePorts } from "./fake-ports.ts";
import { createFakeProvider, type FakeProvider, MCP_URL } from "./fake-provider.ts";

export const CALLBACK = "https://app.example/agents/my-agent/test/callback";
export const VAULT_KEY = `k1:${Buffer.alloc(32, 7).toString("base64")}`;
export const UNAUTHORIZED = { status: 401, header: null } as const;

export interface Started {
  readonly location: string;
  readonly cookie: string;
}

export interface Scene {
  readonly ports: FakePorts;
  readonly provider: FakeProvider;
  readonly target: AuthTarget;
  /** What was written down, in order. */
  readonly told: readonly TimelineFacts[];
  readonly vault: Vault;
  readonly oauth: OAuth;
  /** Everything in memory is lost; the rows stay. What comes back may be another version of the app. */
  evict(deps?: Partial<OAuthDeps>): void;
  start(flow: OpenFlow, of?: AuthTarget): Promise<Started>;
  /** The browser's return to the callback. */
  back(url: string, cookie: string | null, init?: RequestInit): Request;
  signIn(): Promise<void>;
}

export function createScene(
  options: {
    oauth?: OAuthOptions;
    deps?: Partial<OAuthDeps>;
    callbackUrl?: string | null;
    keys?: string;
    serverUrl?: string;
  } = {},
): Scene {
  const ports = createFakePorts();
  ports.sql.run(`${VAULT_TABLES};${OAUTH_TABLES};${OAUTH_FLOW_TOOLS}`);
  const provider = createFakeProvider();
  const target: AuthTarget = {
    serverId: "srv",
    serverName: "Example <server>",
    serverUrl: options.serverUrl ?? MCP_URL,
    callbackUrl: options.callbackUrl === undefined ? CALLBACK : options.callbackUrl,
    options: options.oauth ?? {},
  };
  const told: TimelineFacts[] = [];
  const make = (deps = options.deps) => {
    const vault = createVault({ ...ports, keys: options.keys ?? VAULT_KEY, required: true });
    return {
      vault,
      oauth: createOAuth({
        ports,
        vault,
        fetch: provider.fetch,
        timeline: { record: (_id, facts) => void told.push(facts) },
        ...deps,
      }),
    };
  };
  let parts = make();

  const scene: Scene = {
    ports,
    provider,
    target,
    told,
    get vault() {
      return parts.vault;
    },
    get oauth() {
      return parts.oauth;
    },
    evict: (deps) => void (parts = make(deps)),
    async start(flow, of = target) {
      const request = new Request(flow.startUrl, {
        headers: { "sec-fetch-site": "same-origin", "sec-fetch-dest": "document" },
      });
      const response = await parts.oauth.start(request, flow.id, of);
      const cookie = response.headers.get("set-cookie")?.split(";")[0];
      const location = response.headers.get("location");
      if (!location || !cookie) throw new Error(`no redirect but ${response.status}`);
      return { location, cookie };
    },
    back: (url, cookie, init = {}) =>
      new Request(url, {
        ...init,
        headers: { ...(cookie === null ? {} : { cookie }), ...(init.headers as Record<string, string>) },
      }),
    async signIn() {
      const flow = await parts.oauth.begin(target, UNAUTHORIZED);
      const { location, cookie } = await scene.start(flow);
      const verdict = await parts.oauth.acceptCallback(scene.back(provider.consent(location), cookie));
      if (verdict.kind !== "accepted") throw new Error(`not accepted: ${JSON.stringify(verdict)}`);
      (await parts.oauth.redeem(verdict.attemptId, target)).commit();
    },
  };
  return scene;
}
