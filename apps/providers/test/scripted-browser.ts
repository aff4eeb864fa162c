// Plays an app and its person: registers, opens the consent page, answers it, redeems the code.
import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";

const REDIRECT_URI = "http://localhost:9/agents/my-agent/default/callback";
const metadata = z.object({
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  registration_endpoint: z.string(),
  revocation_endpoint: z.string(),
});
const tokens = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  expires_in: z.number(),
  scope: z.string(),
});
export type Tokens = z.infer<typeof tokens>;

/** A browser: follows redirects within the provider and keeps its cookies. */
export function createBrowser() {
  const jar = new Map<string, string>();
  const visit = async (url: string, init: RequestInit = {}): Promise<{ response: Response; url: string }> => {
    if (url.startsWith(REDIRECT_URI)) return { response: new Response(), url };
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, { ...init, redirect: "manual", headers: { ...init.headers, cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === "") jar.delete(name);
      else jar.set(name, value);
    }
    const next = response.headers.get("location");
    return next === null ? { response, url } : visit(new URL(next, url).href);
  };
  const answer = (
    url: string,
    decision: string,
    headers: Record<string, string> = { "sec-fetch-site": "same-origin" },
  ) => visit(url, { method: "POST", body: new URLSearchParams({ decision }), headers });
  return { visit, answer };
}

/** An app, registered for one server. */
export async function registerApp(issuer: string, resource: string, clientName = "Test app") {
  const server = metadata.parse(await (await fetch(`${issuer}/.well-known/oauth-authorization-server`)).json());
  const registration = await fetch(server.registration_endpoint, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      client_name: clientName,
      redirect_uris: [REDIRECT_URI],
      grant_types: ["authorization_code", "refresh_token"],
      token_endpoint_auth_method: "none",
    }),
  });
  const { client_id } = z.object({ client_id: z.string() }).parse(await registration.json());
  const verifier = randomBytes(32).toString("base64url");
  const token = (form: Record<string, string>) =>
    fetch(server.token_endpoint, { method: "POST", body: new URLSearchParams({ client_id, ...form }) });
  return {
    authorizationUrl(scope?: string): string {
      const url = new URL(server.authorization_endpoint);
      const query = {
        client_id,
        redirect_uri: REDIRECT_URI,
        response_type: "code",
        code_challenge: createHash("sha256").update(verifier).digest("base64url"),
        code_challenge_method: "S256",
        state: "the-state",
        resource,
        ...(scope === undefined ? {} : { scope }),
      };
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      return url.href;
    },
    async redeem(callback: string): Promise<Tokens> {
      const code = new URL(callback).searchParams.get("code") ?? "";
      const response = await token({
        grant_type: "authorization_code",
        code,
        redirect_uri: REDIRECT_URI,
        code_verifier: verifier,
        resource,
      });
      return tokens.parse(await response.json());
    },
    refresh: (refreshToken: string) => token({ grant_type: "refresh_token", refresh_token: refreshToken }),
    revoke: (refreshToken: string) =>
      fetch(server.revocation_endpoint, {
        method: "POST",
        body: new URLSearchParams({ client_id, token: refreshToken }),
      }),
    parseTokens: async (response: Response) => tokens.parse(await response.json()),
  };
}

/** The whole way, approving. */
export async function signIn(issuer: string, resource: string, scope?: string): Promise<Tokens> {
  const app = await registerApp(issuer, resource);
  const browser = createBrowser();
  const page = await browser.visit(app.authorizationUrl(scope));
  const { url } = await browser.answer(page.url, "approve");
  return app.redeem(url);
}
