// Which resources of which servers an app hears of when they change.
import { callOver } from "./calls.ts";
import type { Connections } from "./servers/connections.ts";
import { McpError } from "./errors.ts";
import type { RequestOptions, Session } from "./session/session.ts";
import type { InterestsTable } from "./storage/interests-table.ts";

export interface ResourceAddress {
  readonly serverId: string;
  readonly uri: string;
}

/** The resource may be another one now: read it again. */
export interface ResourceUpdate extends ResourceAddress {
  /** Nobody said so, but for a while nobody heard of changes: the object slept, or the connection was down. */
  readonly missed?: true;
}

export type ResourceListener = (update: ResourceUpdate) => void;

interface Parts {
  readonly connections: Connections;
  readonly interests: InterestsTable;
}

const METHOD_NOT_FOUND = -32_601;

/** Characters; each subscription is a row and travels with every new session. */
const URI_MAX_LENGTH = 8192;

/**
 * Rejects with `option-invalid` for what is no URI and where `listen` is `never`, with `protocol-error` where the server does not tell of resources, or
 * as a call does; then nothing is stored.
 */
export async function subscribeResource(
  { connections, interests }: Parts,
  resource: ResourceAddress,
  options: RequestOptions,
): Promise<void> {
  const { serverId, uri } = resource;
  if (typeof uri !== "string" || uri === "" || uri.length > URI_MAX_LENGTH) {
    throw new McpError("option-invalid", {
      detail: `A resource's URI is 1 to ${URI_MAX_LENGTH} characters.`,
      serverId,
    });
  }
  const runner = connections.require(serverId);
  if (runner.listen === "never") {
    throw new McpError("option-invalid", { detail: "Its option listen is never, so nobody would hear it.", serverId });
  }
  const ask = async (session: Session) => {
    const { capabilities, transport } = session.facts;
    if (capabilities.resources?.subscribe !== true) {
      throw new McpError("protocol-error", { rpcCode: METHOD_NOT_FOUND, detail: "It does not tell of resources." });
    }
    // It would take the subscription and then have no way to keep its promise.
    if (transport === "rpc") {
      const detail = "A server behind a binding answers calls and cannot say anything unasked.";
      throw new McpError("protocol-error", { rpcCode: METHOD_NOT_FOUND, detail });
    }
    await session.subscribeResource(uri, options);
    return session.facts.era;
  };
  const era = await callOver(runner, ask, { signal: options.signal, timeout: options.timeout });
  // It may have been removed meanwhile.
  if (connections.get(serverId) !== runner) return;
  interests.addResource(serverId, uri);
  if (era === "modern") await runner.renew();
}

/** What is stored is gone even where the server cannot be told. */
export async function unsubscribeResource(
  { connections, interests }: Parts,
  resource: ResourceAddress,
  options: RequestOptions,
): Promise<void> {
  const { serverId, uri } = resource;
  const runner = connections.require(serverId);
  if (!interests.of(serverId).resources.includes(uri)) return;
  interests.removeResource(serverId, uri);
  const ask = async (session: Session) => {
    await session.unsubscribeResource(uri, options);
    return session.facts.era;
  };
  const era = await callOver(runner, ask, { signal: options.signal, timeout: options.timeout });
  if (era === "modern" && connections.get(serverId) === runner) await runner.renew();
}
