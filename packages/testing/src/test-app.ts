// A small app that signs in as an agent does, for the mocks' own tests: start URL with a cookie, callback, token requests.
import { isObject } from "./mcp/rpc.ts";
import type { FetchHandler, MockNetwork } from "./mock-network.ts";

export interface TestApp {
  readonly handler: FetchHandler;
  readonly startUrl: string;
  /** The callback's query, once the browser has been sent back. */
  callback(): Record<string, string>;
  redeem(): Promise<Response>;
  refresh(token: string): Promise<Response>;
}

export interface TestAppOptions {
  readonly network: MockNetwork;
  readonly issuer: string;
  readonly resource: string;
  readonly scope?: string;
}

const ORIGIN = "https://app.example";
const VERIFIER = "a-verifier-that-is-long-enough-for-the-book-0123456789";
/** S256 of the verifier. */
const challenge = async () => {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(VERIFIER)));
  return btoa(String.fromCharCode(...digest))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
};

/** Registers and is ready to be opened at `startUrl`. */
export async function createTestApp({ network, issuer, resource, scope = "notes" }: TestAppOptions): Promise<TestApp> {
  const redirect_uri = `${ORIGIN}/callback`;
  const registration = await network.fetch(`${issuer}/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ redirect_uris: [redirect_uri], token_endpoint_auth_method: "none" }),
  });
  const registered: unknown = await registration.json();
  const client_id = isObject(registered) ? String(registered.client_id) : "";
  const query = {
    client_id,
    redirect_uri,
    response_type: "code",
    code_challenge: await challenge(),
    code_challenge_method: "S256",
    state: "s",
    resource,
    scope,
  };
  let seen: Record<string, string> = {};
  const token = (form: Record<string, string>) =>
    network.fetch(`${issuer}/token`, { method: "POST", body: new URLSearchParams({ client_id, ...form }) });
  return {
    startUrl: `${ORIGIN}/start`,
    handler(request) {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname === "/start") {
        if (request.headers.get("sec-fetch-site") !== "same-origin") return new Response("Continue?");
        const location = `${issuer}/authorize?${new URLSearchParams(query).toString()}`;
        return new Response(null, {
          status: 302,
          headers: { location, "set-cookie": "__Host-attempt=1; Path=/; HttpOnly; Secure; SameSite=Lax" },
        });
      }
      if (request.headers.get("cookie") !== "__Host-attempt=1") return new Response("Another browser", { status: 400 });
      seen = Object.fromEntries(searchParams);
      return new Response("Done. You may close this window.");
    },
    callback: () => seen,
    redeem: () =>
      token({
        grant_type: "authorization_code",
        code: seen.code ?? "",
        redirect_uri,
        code_verifier: VERIFIER,
        resource,
      }),
    refresh: (refresh_token) => token({ grant_type: "refresh_token", refresh_token }),
  };
}
