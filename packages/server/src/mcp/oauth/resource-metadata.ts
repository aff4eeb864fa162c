// Protected resource metadata (RFC 9728): where it may lie, and whether it speaks of this very server.
import { McpError } from "../errors.ts";
import type { GuardedFetch } from "../guarded-fetch.ts";
import { readList } from "./authorization-server.ts";
import { parseScopes } from "./challenge.ts";
import { fetchMetadata } from "./metadata-document.ts";

export interface ResourceMetadata {
  /** As published, byte for byte: it is sent as `resource` (RFC 8707). */
  readonly resource: string;
  readonly authorizationServers: readonly string[];
  readonly scopes: readonly string[] | null;
}

const WELL_KNOWN = "/.well-known/oauth-protected-resource";

/**
 * Look where the challenge says, below the path, then at the root.
 *
 * `null` only when every place answered 404. Rejects with `McpError`: `resource-mismatch`, `metadata-invalid`, `http-error`.
 */
export async function findResourceMetadata(
  fetch: GuardedFetch,
  serverUrl: string,
  announced: string | null,
): Promise<ResourceMetadata | null> {
  const server = new URL(serverUrl);
  const root = `${server.origin}${WELL_KNOWN}`;
  const path = server.pathname === "/" ? "" : server.pathname;
  let unusable: number | null = null;

  for (const url of new Set([...announcedUrl(announced), `${root}${path}`, root])) {
    const answer = await fetchMetadata(fetch, url, "prm");
    if (answer.kind === "absent") continue;
    if (answer.kind === "unusable") {
      unusable = answer.status;
      continue;
    }
    const accepted =
      url === root ? [...identifiersOf(server), server.origin, `${server.origin}/`] : identifiersOf(server);
    return readDocument(answer.document, accepted);
  }
  if (unusable !== null) throw new McpError("metadata-invalid", { status: unusable, detail: "(protected resource)" });
  return null;
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

function readDocument(document: Readonly<Record<string, unknown>>, accepted: readonly string[]): ResourceMetadata {
  const resource = document["resource"];
  if (typeof resource !== "string") throw new McpError("metadata-invalid", { detail: "(resource)" });
  if (!accepted.includes(resource)) throw new McpError("resource-mismatch");
  const authorizationServers = readList(document["authorization_servers"]) ?? [];
  if (authorizationServers.length === 0) throw new McpError("authorization-server-not-found");
  return {
    resource,
    authorizationServers,
    scopes: parseScopes((readList(document["scopes_supported"]) ?? []).join(" ")),
  };
}
