// Adding a server: one row per label, address and account, joined by everybody who asks for the same.
import type { Connections } from "./connections.ts";
import { McpError } from "../errors.ts";
import type { ServerRunner } from "../lifecycle/runner.ts";
import { isSameCallback } from "../oauth/callback-place.ts";
import type { OAuth } from "../oauth/oauth.ts";
import type { AddMcpServerOptions, AddMcpServerResult } from "../options.ts";
import type { McpPorts } from "../ports.ts";
import { withoutSecrets } from "../public-url.ts";
import { createMcpTables } from "../schema.ts";
import { checkAccount, checkServerId, checkServerName, normalizeServerId } from "./server-id.ts";
import { type GivenOptions, mergeOptions, type SplitOptions } from "./server-options.ts";
import type { ServerSecretsStore } from "./server-secrets.ts";
import { stableText } from "../stable-text.ts";
import { DEFAULT_OPTIONS, type ServerRecord } from "../storage/servers-table.ts";

export interface AddServerDeps {
  readonly ports: McpPorts;
  readonly connections: Connections;
  readonly secrets: ServerSecretsStore;
  /** The request as the host allows it; throws `option-invalid`. */
  readonly admit: (request: ServerRequest) => ServerRequest;
  /** Whether sign-ins may come back to a stored address. */
  readonly admitsCallback: (callbackUrl: string) => boolean;
  /** Normalises an address; throws `url-invalid` or `url-blocked`. */
  readonly checkUrl: (url: string) => string;
}

export interface ServerRequest extends GivenOptions {
  readonly name: string;
  readonly url: string;
  /** `null`: not known. */
  readonly callbackUrl: string | null;
  /** The developer named the callback; otherwise it was derived, and a stored one stays. */
  readonly callbackGiven: boolean;
}

export interface Prepared {
  readonly runner: ServerRunner;
  /** Something that matters to the connection is different from before. */
  readonly changed: boolean;
}

export interface ServerAdder {
  /** The row for this request: found and brought up to date, or new. */
  byNameAndUrl(request: ServerRequest, id: string | undefined): Promise<Prepared>;
  /** The row with this id: brought up to date, new, or new in the place of another address. */
  byId(id: string, request: ServerRequest): Promise<Prepared>;
}

export function createServerAdder(deps: AddServerDeps): ServerAdder {
  const { ports, connections, secrets, admit, admitsCallback, checkUrl } = deps;
  // Sealing takes time; two calls for the same server must not both find nothing and both create it.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  };

  async function create(id: string, url: string, request: ServerRequest): Promise<Prepared> {
    await connections.leaving(id)?.forgotten;
    createMcpTables(ports.sql);
    const split = mergeOptions({ stored: DEFAULT_OPTIONS, secrets: secrets.none }, request);
    const commit = await secrets.prepare(id, split.secrets);
    const record: ServerRecord = {
      id,
      name: request.name,
      url,
      callbackUrl: request.callbackUrl,
      options: split.stored,
      createdAt: ports.clock.now(),
    };
    const runner = connections.create(record, commit);
    runner.liveOptions = split.live;
    return { runner, changed: true };
  }

  async function update(runner: ServerRunner, url: string, request: ServerRequest): Promise<Prepared> {
    const { record } = runner;
    const before = { stored: record.options, secrets: await secrets.read(record.id) };
    const split = mergeOptions(before, request);
    const next: ServerRecord = {
      ...record,
      name: request.name,
      url,
      callbackUrl: chooseCallback(record.callbackUrl, request, admitsCallback),
      options: split.stored,
    };
    runner.liveOptions = { ...runner.liveOptions, ...split.live };
    if (same(record, next) && same(before.secrets, split.secrets)) return { runner, changed: false };
    const commit = await secrets.prepare(record.id, split.secrets);
    // It was removed while its secrets were sealed: nothing of it may be written any more.
    if (runner.state.kind === "removed") throw new McpError("removed", { serverId: record.id });
    ports.sql.transaction(() => {
      commit();
      runner.update(next);
    });
    return { runner, changed: true };
  }

  /** What was granted to, agreed with or meant for one address or account is never shown to another. */
  function replace(runner: ServerRunner, url: string, request: ServerRequest): Promise<Prepared> {
    runner.dispatch({ type: "remove" });
    return create(runner.record.id, url, request);
  }

  return {
    byNameAndUrl: (asked, requestedId) =>
      inTurn(() => {
        const request = admit(asked);
        checkServerName(request.name);
        const account = checkAccount(request.account);
        const url = request.binding ? request.url : checkUrl(request.url);
        const id = requestedId === undefined ? undefined : normalizeServerId(requestedId);
        const existing = id === undefined ? connections.find(request.name, url, account) : connections.get(id);
        if (!existing) return create(id ?? ports.ids.id(), url, request);
        const { record } = existing;
        if (record.name !== request.name || record.url !== url || record.options.account !== account) {
          const whose = record.options.account === undefined ? "" : ` for ${JSON.stringify(record.options.account)}`;
          const detail = `"${record.id}" is "${record.name}" at ${withoutSecrets(record.url)}${whose}.`;
          throw new McpError("server-id-taken", { detail, serverId: record.id });
        }
        return update(existing, url, request);
      }),
    byId: (id, asked) =>
      inTurn(() => {
        const request = admit(asked);
        checkServerName(request.name);
        const account = checkAccount(request.account);
        const url = checkUrl(request.url);
        const existing = connections.get(checkServerId(id));
        if (!existing) return create(id, url, request);
        const isSame = existing.record.url === url && existing.record.options.account === account;
        return isSame ? update(existing, url, request) : replace(existing, url, request);
      }),
  };
}

/** What `addMcpServer` was told, as a request. */
export function toRequest(
  name: string,
  url: string,
  callbackUrl: string | null,
  options: AddMcpServerOptions,
): ServerRequest {
  const { client, transport, retry, oauth, tools, listen, account, callbackHost, callbackPath, agentsPrefix } = options;
  const callbackGiven = [callbackHost, callbackPath, agentsPrefix].some((given) => given !== undefined);
  return { name, url, callbackUrl, callbackGiven, client, transport, retry, oauth, tools, listen, account };
}

/** A stored one stays unless the developer names another place. */
function chooseCallback(
  stored: string | null,
  { callbackUrl, callbackGiven }: ServerRequest,
  admits: AddServerDeps["admitsCallback"],
): string | null {
  if (stored === null || !admits(stored)) return callbackUrl;
  const isOther = callbackGiven && (callbackUrl === null || !isSameCallback(stored, callbackUrl));
  return isOther ? callbackUrl : stored;
}

/** How the adding ended. Rejects with why, when the server cannot be used. */
export async function toResult(runner: ServerRunner, oauth: OAuth): Promise<AddMcpServerResult> {
  const { state, record } = runner;
  if (state.kind === "ready") return { id: record.id, state: "ready" };
  if (state.kind === "authenticating") {
    const flow = oauth.openFlow(runner.target);
    if (flow) {
      const isDirect = record.options.oauth.startUrl === "direct";
      const authUrl = isDirect ? await oauth.directUrl(flow.id, runner.target) : flow.startUrl;
      return { id: record.id, state: "authenticating", authUrl };
    }
  }
  const { code, detail, status } = runner.unavailable();
  const context = `Failed to connect to MCP server at ${withoutSecrets(record.url)}`;
  throw new McpError(code, { context, detail, status, serverId: record.id });
}

function same(a: ServerRecord | SplitOptions["secrets"], b: ServerRecord | SplitOptions["secrets"]): boolean {
  return stableText(a) === stableText(b);
}
