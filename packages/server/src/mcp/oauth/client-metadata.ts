// A client id metadata document: the address that is our client id, and what lies there.
// https://datatracker.ietf.org/doc/draft-ietf-oauth-client-id-metadata-document/
import { McpError } from "../errors.ts";

export interface ClientMetadata {
  /** The document's own address: the client id. */
  readonly url: string;
  /** Every address a provider may send the browser back to, exactly. */
  readonly redirectUris: readonly string[];
  /** The app's name, as a person sees it when asked for consent. */
  readonly name: string;
  /** The app's home page. */
  readonly uri?: string;
  readonly logoUri?: string;
}

/**
 * The address as it may be a client id: https, with a path, without query, fragment, user or dot segments. It is sent
 * byte for byte, because providers compare it so.
 *
 * Throws `option-invalid`.
 */
export function checkClientMetadataUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const usable = parsed?.protocol === "https:" && parsed.pathname !== "/" && parsed.href === url;
  if (!usable || parsed.search !== "" || parsed.hash !== "" || parsed.username !== "" || parsed.password !== "") {
    const detail = "clientMetadataUrl must be an https address with a path, without query, fragment and user.";
    throw new McpError("option-invalid", { detail });
  }
  return url;
}

/**
 * The document as an answer of the app's own Worker at `metadata.url`; name the same address in `mcp.clientMetadataUrl`.
 * Holds nothing secret. Throws `option-invalid` for an address that cannot be a client id.
 */
export function clientMetadataResponse(metadata: ClientMetadata): Response {
  const { redirectUris, name, uri, logoUri } = metadata;
  const document = {
    client_id: checkClientMetadataUrl(metadata.url),
    client_name: name,
    ...(uri !== undefined && { client_uri: uri }),
    ...(logoUri !== undefined && { logo_uri: logoUri }),
    redirect_uris: redirectUris,
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    token_endpoint_auth_method: "none",
  };
  return Response.json(document, { headers: { "cache-control": "public, max-age=3600" } });
}
