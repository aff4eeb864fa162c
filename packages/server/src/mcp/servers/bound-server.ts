// Servers that are Durable Objects bound to the same Worker: how they are named, and how a session with one is opened.
import type { JsonObject } from "@agents-internal/protocol";
import type { ServerRequest } from "./add-server.ts";
import { McpError } from "../errors.ts";
import type { AddRpcMcpServerOptions } from "../options.ts";
import type { McpBindings } from "../ports.ts";
import { isBoundUrl } from "../public-url.ts";
import type { OpenSession } from "../session/session.ts";

const SCHEME = "rpc:";

/** What `addMcpServer` was told about a binding, as a request. Throws `option-invalid`. */
export function toBoundRequest(
  name: string,
  binding: object,
  options: AddRpcMcpServerOptions,
  bindings: McpBindings | undefined,
): ServerRequest {
  const bindingName = bindings?.nameOf(binding) ?? null;
  if (bindingName === null) {
    throw new McpError("option-invalid", { detail: "The second argument is a URL, or a binding of this Worker." });
  }
  return {
    name,
    url: SCHEME + String(name).toLowerCase().replace(/\s+/g, "-"),
    binding: { name: bindingName, props: toProps(options.props) },
    tools: options.tools,
    callbackUrl: null,
    callbackGiven: false,
  };
}

export interface BoundServers {
  readonly bindings: McpBindings | undefined;
  readonly bindingOf: (serverId: string) => string | null;
  readonly propsOf: (serverId: string) => Promise<JsonObject | null>;
}

/**
 * `open`, also for servers behind bindings.
 *
 * Rejects with `binding-not-found` when the Worker has no such binding any more.
 */
export function openBound(open: OpenSession, { bindings, bindingOf, propsOf }: BoundServers): OpenSession {
  return async (options) => {
    const { serverId, url } = options;
    if (!isBoundUrl(url)) return open(options);
    const name = bindingOf(serverId);
    const namespace = name === null ? null : (bindings?.resolve(name) ?? null);
    if (namespace === null) throw new McpError("binding-not-found", { detail: `(${name ?? "unknown"})`, serverId });
    const props = await propsOf(serverId);
    // The object has the name of the address; so has the one that other implementations of this contract reach.
    return open({ ...options, transport: "rpc", peer: () => namespace.open(url, props) });
  };
}

/** As it will be after a wake: what JSON cannot hold must not work today and be gone tomorrow. */
function toProps(props: unknown): JsonObject | null {
  if (props === undefined || props === null) return null;
  try {
    if (typeof props === "object" && !Array.isArray(props) && isJson(props)) return JSON.parse(JSON.stringify(props));
  } catch {
    // Too deep, or turning in a circle.
  }
  throw new McpError("option-invalid", { detail: "props is an object that JSON can hold." });
}

function isJson(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object") return ["string", "boolean", "undefined"].includes(typeof value);
  if (value === null) return true;
  if (Array.isArray(value)) return value.every((item) => item !== undefined && isJson(item));
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && Object.values(value).every(isJson);
}
