// Protected resource metadata (RFC 9728): where it may lie, and whether it speaks of this very server.
import type { OAuthExceptionName } from "@agents-internal/protocol";
import { McpError } from "../errors.ts";
import { readList } from "./authorization-server.ts";
import { parseScopes } from "./challenge.ts";
import { withException } from "./exceptions.ts";
import { findDescription, type Lookup } from "./probes.ts";

export interface ResourceMetadata {
  /** As published, byte for byte: it is sent as `resource` (RFC 8707). */
  readonly resource: string;
  readonly authorizationServers: readonly string[];
  readonly scopes: readonly string[] | null;
  readonly exceptions?: readonly OAuthExceptionName[];
}

const WELL_KNOWN = "/.well-known/oauth-protected-resource";

/**
 * Look where the challenge says, below the path, then at the root.
 *
 * `null` only when every place answered 404. Rejects with `McpError`: `resource-mismatch`, `resource-prefix`,
 * `metadata-invalid`, `http-error`.
 */
export function findResourceMetadata(
  lookup: Lookup,
  serverUrl: string,
  announced: string | null,
): Promise<ResourceMetadata | null> {
  const server = new URL(serverUrl);
  const root = `${server.origin}${WELL_KNOWN}`;
  const path = server.pathname === "/" ? "" : server.pathname;
  const places = new Set([...announcedUrl(announced), `${root}${path}`, root]);
  return findDescription(lookup, "prm", places, (document, place) => {
    const own = identifiersOf(server);
    const accepted = place === root ? [...own, server.origin, `${server.origin}/`] : own;
    return readDocument(document, { accepted, server, prefix: lookup.exceptions.prefixResource });
  });
}

/** The canonical `resource` of a server that publishes none: without fragment, query, and a lone slash. */
export function canonicalResource(serverUrl: string): string {
  const { origin, pathname } = new URL(serverUrl);
  return pathname === "/" ? origin : `${origin}${pathname}`;
}

/**
 * RFC 9728 section 3.3: identical to the address the document was looked up for. The address may be taken with or without
 * its query, which selects things within the resource; a pathless one with or without its slash. Nothing else.
 */
function identifiersOf(server: URL): readonly string[] {
  const bare = `${server.origin}${server.pathname}`;
  const identifiers = [bare, `${bare}${server.search}`];
  return server.pathname === "/" ? [...identifiers, server.origin] : identifiers;
}

function announcedUrl(announced: string | null): readonly string[] {
  return announced !== null && URL.canParse(announced) ? [new URL(announced).href] : [];
}

interface ResourceRules {
  readonly accepted: readonly string[];
  readonly server: URL;
  /** The one other value that the operator of the server takes. */
  readonly prefix: string | undefined;
}

function readDocument(
  document: Readonly<Record<string, unknown>>,
  { accepted, server, prefix }: ResourceRules,
): ResourceMetadata {
  const resource = document["resource"];
  if (typeof resource !== "string") throw new McpError("metadata-invalid", { detail: "(resource)" });
  const isOwn = accepted.includes(resource);
  if (!isOwn && !isPrefix(resource, server)) throw new McpError("resource-mismatch");
  if (!isOwn && resource !== prefix) throw new McpError("resource-prefix", { detail: `(${resource})` });
  const authorizationServers = readList(document["authorization_servers"]) ?? [];
  if (authorizationServers.length === 0) throw new McpError("authorization-server-not-found");
  const scopes = parseScopes((readList(document["scopes_supported"]) ?? []).join(" "));
  const metadata: ResourceMetadata = { resource, authorizationServers, scopes };
  return withException(metadata, !isOwn && "prefixResource");
}

/** Whole segments of this very address, written as one writes it. */
function isPrefix(resource: string, server: URL): boolean {
  if (!URL.canParse(resource)) return false;
  const { origin, pathname, href } = new URL(resource);
  if (origin !== server.origin || (resource !== `${origin}${pathname}` && resource !== origin)) return false;
  return (
    href === `${origin}${pathname}` && server.pathname.startsWith(pathname.endsWith("/") ? pathname : `${pathname}/`)
  );
}
