// One running Worker, a made-up internet with an authorization server in it, and people with browsers and sockets.
import {
  approve,
  createMockAuthorizationServer,
  createMockNetwork,
  createTestBrowser,
  deny,
  type FetchHandler,
  type MockAuthorization,
  type MockAuthorizationServer,
  type MockAuthorizationServerOptions,
  type MockNetwork,
  type TestBrowser,
  type Visit,
} from "@agents-internal/testing";
import type { MCPServersState } from "agents/client";
import { type Bindings, type Runtime, startRuntime } from "./runtime.ts";
import { type Watcher, watchAgent } from "./watch.ts";

export type McpState = MCPServersState;

export const ISSUER = "https://as.example";
export const VAULT_KEYS = `k1:${Buffer.alloc(32, 9).toString("base64")}`;

export interface SceneOptions {
  /** The Worker, relative to this folder. */
  readonly worker: string;
  readonly classes: readonly string[];
  /** Origin → host. Gets what puts a server behind the authorization server. */
  readonly hosts: (behind: MockAuthorization) => Readonly<Record<string, FetchHandler>>;
  readonly authorization?: Partial<MockAuthorizationServerOptions>;
  readonly bindings?: Bindings;
  readonly alias?: Readonly<Record<string, string>>;
}

export interface Scene {
  readonly runtime: Runtime;
  readonly as: MockAuthorizationServer;
  readonly network: MockNetwork;
  /** Everything the Worker answered to browsers: status, headers and body as one text each. */
  readonly answers: string[];
  /** Every frame it sent to watchers. */
  readonly frames: string[];
  /** Puts something between the Worker and its internet; `null` takes it away. */
  intercept(handler: ((request: Request) => Promise<Response> | null) | null): void;
  /** Addresses besides the Worker's own under which it is reached. */
  readonly aliases: Set<string>;
  surf(request: Request): Promise<Response>;
  newBrowser(): TestBrowser;
  /** Follow a sign-in to its end in a new browser. */
  approve(url: string, browser?: TestBrowser): Promise<Visit>;
  deny(url: string): Promise<Visit>;
  /** A page of the app asks the Worker. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  watch(agent: string, name: string): Watcher;
  dispose(): Promise<void>;
}

export async function startScene(options: SceneOptions): Promise<Scene> {
  const as = createMockAuthorizationServer({ issuer: ISSUER, ...options.authorization });
  const hosts = options.hosts({ issuers: [ISSUER], check: as.check });
  const network = createMockNetwork({ [ISSUER]: as.handler, ...hosts });
  let interceptor: Parameters<Scene["intercept"]>[0] = null;
  const runtime = await startRuntime({
    entry: new URL(options.worker, import.meta.url).pathname,
    classes: options.classes,
    internet: (request) => interceptor?.(request) ?? network.fetch(request),
    bindings: options.bindings ?? { AGENTS_VAULT_KEYS: VAULT_KEYS },
    alias: options.alias ?? {},
  });
  const answers: string[] = [];
  const frames: string[] = [];
  const watchers: Watcher[] = [];
  const aliases = new Set<string>();

  const record = async (response: Response): Promise<Response> => {
    answers.push(`${response.status} ${JSON.stringify([...response.headers])} ${await response.clone().text()}`);
    return response;
  };
  const surf = async (request: Request): Promise<Response> => {
    const { origin } = new URL(request.url);
    if (origin === runtime.origin) return record(await fetch(request));
    return aliases.has(origin) ? record(await runtime.fetchAs(request)) : network.fetch(request);
  };
  const newBrowser = () => createTestBrowser(surf);

  return {
    runtime,
    as,
    network,
    answers,
    frames,
    aliases,
    intercept: (handler) => void (interceptor = handler),
    surf,
    newBrowser,
    approve: (url, browser = newBrowser()) => approve(url, { fetch: surf, browser }),
    deny: (url) => deny(url, { fetch: surf, browser: newBrowser() }),
    ask: async (path, init) => record(await runtime.fetch(path, init)),
    watch(agent, name) {
      const watcher = watchAgent({ host: runtime.origin, agent, name, record: (frame) => void frames.push(frame) });
      watchers.push(watcher);
      return watcher;
    },
    async dispose() {
      for (const watcher of watchers) watcher.client.close();
      await runtime.dispose();
    },
  };
}
