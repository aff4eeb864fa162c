// Where an authorization server sends the browser back to.
import { buildAgentPath, camelCaseToKebabCase } from "@agents-internal/protocol";
import { McpError } from "../mcp/errors.ts";
import type { AddMcpServerOptions } from "../mcp/options.ts";

export interface CallbackAddress {
  /** `http(s)://host`, or `null` when nobody said and nothing can be derived. */
  readonly host: string | null;
  /** Replaces the whole path. */
  readonly path: string | undefined;
  readonly prefix: string | undefined;
  readonly binding: string;
  readonly instance: string;
}

/**
 * `{host}/{prefix}/{agent}/{instance}/callback`, or `{host}/{path}`; `null` without a host.
 *
 * Throws `option-invalid` when host or path do not make an http(s) URL.
 */
export function buildCallbackUrl({ host, path, prefix, binding, instance }: CallbackAddress): string | null {
  if (host === null) return null;
  const base = URL.canParse(host) ? new URL(host) : null;
  if (base === null || (base.protocol !== "http:" && base.protocol !== "https:")) {
    throw new McpError("option-invalid", { detail: "callbackHost must begin with https:// or http://." });
  }
  if (base.search !== "" || base.hash !== "" || base.username !== "" || base.password !== "") {
    throw new McpError("option-invalid", { detail: "callbackHost must not have a query, fragment or user." });
  }
  const head = base.origin + base.pathname.replace(/\/$/, "");
  if (path === undefined) return `${head}${buildAgentPath({ agent: binding, name: instance, prefix })}/callback`;
  const url = `${head}/${path.replace(/^\//, "")}`;
  if (/[?#]/.test(path) || !URL.canParse(url)) {
    throw new McpError("option-invalid", { detail: "callbackPath must be a path without query and fragment." });
  }
  return url;
}

/** What a callback address is made of when nobody says otherwise. */
export interface CallbackDefaults {
  /** Addresses the agent was reached under, the likeliest first. */
  readonly reachedAt: readonly (string | null | undefined)[];
  /** The instance's name is not to be shown. */
  readonly hidden: boolean;
  readonly binding: () => string;
  readonly instance: string;
}

/** The callback address for these options, or `null` when no host is known. Throws `option-invalid`. */
export function callbackUrlFor(options: AddMcpServerOptions, defaults: CallbackDefaults): string | null {
  const { callbackHost, callbackPath: path, agentsPrefix: prefix } = options;
  if (defaults.hidden && callbackHost !== undefined && path === undefined) {
    throw new McpError("option-invalid", { detail: "callbackPath is required where the identity is not to be shown." });
  }
  const derived = defaults.reachedAt.map(httpOrigin).find((origin) => origin !== null);
  const host = callbackHost ?? derived ?? null;
  return buildCallbackUrl({ host, path, prefix, binding: defaults.binding(), instance: defaults.instance });
}

/** Whether it is the address made without a `callbackPath`: then everything below it is routed to the agent, too. */
export function isDefaultCallback(url: string, { binding, instance }: Pick<CallbackAddress, "binding" | "instance">) {
  const tail = `/${camelCaseToKebabCase(binding)}/${encodeURIComponent(instance)}/callback`;
  return new URL(url).pathname.endsWith(tail);
}

/** Origin of an http(s) or ws(s) address; `null` for anything else. */
export function httpOrigin(address: string | null | undefined): string | null {
  if (!address || !URL.canParse(address)) return null;
  const { protocol, host } = new URL(address);
  if (protocol === "http:" || protocol === "ws:") return `http://${host}`;
  if (protocol === "https:" || protocol === "wss:") return `https://${host}`;
  return null;
}
