// What a class says about itself in `static options`.
import type { Listen } from "../mcp/options.ts";
import type { OperatorClients } from "../mcp/oauth/operator-clients.ts";
import type { MessageLimit } from "./message-limit.ts";

/** A method's type, so that a class may name its own type of `env`. */
interface OperatorClientsOf {
  of(env: object): OperatorClients;
}

/** Settings of an agent class. A subclass inherits what it does not name. */
export interface AgentStaticOptions {
  /** Sockets always hibernate, whatever stands here; accepted because existing code says it. */
  readonly hibernate?: boolean;
  /** Tell each client the instance's name and class when it connects; default true. */
  readonly sendIdentityOnConnect?: boolean;
  /** Origins whose pages may connect, and open sign-ins without a question first, besides the agent's own: `https://app.example.com`. */
  readonly origins?: readonly string[];
  /**
   * Frames one client may send before its socket is closed with 1013; default `{ perSecond: 100, burst: 1000 }`, `false`: no limit.
   * A client connects again by itself after such a close, with growing pauses.
   */
  readonly messageLimit?: MessageLimit | false;
  /** How secrets are sealed. */
  readonly vault?: {
    /** Key ring; default: the variable `AGENTS_VAULT_KEYS`. */
    readonly keys?: string;
    /** Refuse to store a secret while no key is configured; default false. */
    readonly required?: boolean;
  };
  readonly mcp?: {
    /** Origins that may be reached although they are not public https; joined with the variable `AGENTS_ALLOW_ORIGINS`. */
    readonly allowOrigins?: readonly string[];
    /**
     * The app's name where people consent; default: the variable `AGENTS_APP_NAME`, else the host of the callback. An
     * agent's own name is told to nobody.
     */
    readonly appName?: string;
    /**
     * Address of a document that is the app's client id at authorization servers that take such (client id metadata
     * documents); default: the variable `AGENTS_CLIENT_METADATA_URL`. Serve it with `clientMetadataResponse`.
     */
    readonly clientMetadataUrl?: string;
    /**
     * Clients that were registered by hand for the whole app, by the issuer of their authorization server or its host:
     * `(env) => ({ "github.com": { clientId: env.GITHUB_ID, clientSecret: env.GITHUB_SECRET } })`. Asked when a sign-in
     * there needs a client and the server was added without one of its own; a secret goes to that issuer only and is
     * stored nowhere. Joined with the variable `AGENTS_OAUTH_CLIENTS`, which holds the same as JSON.
     */
    readonly clients?: OperatorClients | OperatorClientsOf["of"];
    /**
     * Hosts (or origins) on which sign-ins may come back, such as `app.example.com`; joined with the variable
     * `AGENTS_CALLBACK_HOSTS`. Without any, a callback that nobody named is on the host the agent was reached under: list
     * them where a front passes foreign hosts on.
     */
    readonly callbackHosts?: readonly string[];
    /**
     * ms after its last use at which a server's open stream is given up, so that the object can sleep; default 60 000.
     * The next use opens it again, and what changed meanwhile is looked up then.
     */
    readonly idleMs?: number;
    /**
     * When what servers say unasked is listened to, where `addMcpServer` does not say it; default `while-used`. `always` keeps the
     * object in memory, which is billed for every second; `never` opens no stream.
     */
    readonly listen?: Listen;
  };
}

interface OptionsHolder {
  readonly options?: AgentStaticOptions;
}

/** The options of a class with those of its ancestors filled in. */
export function resolveAgentOptions(agentClass: OptionsHolder): AgentStaticOptions {
  let merged: AgentStaticOptions = {};
  for (let holder: OptionsHolder | null = agentClass; holder !== null; holder = Object.getPrototypeOf(holder)) {
    if (Object.hasOwn(holder, "options")) merged = { ...holder.options, ...merged };
  }
  return merged;
}

/** An agent's sockets always hibernate; a class that asks for the contrary is overruled. */
export function requireHibernation(agentClass: OptionsHolder): void {
  if (agentClass.options?.hibernate === true) return;
  Object.defineProperty(agentClass, "options", {
    configurable: true,
    writable: true,
    value: { ...agentClass.options, hibernate: true },
  });
}
