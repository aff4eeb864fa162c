// The authorization endpoint of a mock authorization server: shows a consent page, or answers at once.
import { findClient, type ClientLookup } from "./find-client.ts";
import { OTHER_ISSUER } from "./metadata.ts";
import { refuseResource } from "./refuse-resource.ts";
import { refuseScopes } from "./refuse-scopes.ts";

/**
 * What the person does: `ask` shows a page whose form takes `decision=approve` or `decision=deny`; the others need no page.
 * `expire` ends on a page that says it is too late and leads nowhere.
 */
export type Consent = "ask" | "approve" | "deny" | "expire";

export interface AuthorizeOptions extends ClientLookup {
  readonly issuer: string;
  readonly consent: () => Consent;
  /** Who sits before the browser. */
  readonly account: () => string;
  readonly id: () => string;
}

const ACCOUNT_COOKIE = "mock-account";

type Answer = Readonly<Record<string, string>>;

export async function answerAuthorizeRequest(request: Request, options: AuthorizeOptions): Promise<Response> {
  const query = new URL(request.url).searchParams;
  const client = await findClient(query.get("client_id") ?? "", options);
  const redirectUri = query.get("redirect_uri") ?? "";
  // Without a known client and its own redirect URI nobody may be sent anywhere (RFC 6749, 4.1.2.1).
  if (client === undefined) return page("Unknown client", 400);
  if (!client.redirectUris.includes(redirectUri)) return page("Unknown redirect URI", 400);

  const account = accountOf(request, query, options);
  const back = (answer: Answer) =>
    sendBack(redirectUri, query.get("state"), answer, { ...options, signedInAs: account });
  if (options.quirks.has("client-refused-back")) return back({ error: "unauthorized_client" });
  if (query.get("response_type") !== "code") return back({ error: "unsupported_response_type" });
  const challenge = query.get("code_challenge");
  if (challenge === null || query.get("code_challenge_method") !== "S256") return back({ error: "invalid_request" });
  const asked = (query.get("scope") ?? "").split(" ").filter(Boolean);
  const refusal = refuseResource(query, options.quirks) ?? refuseScopes(asked, options.quirks);
  if (refusal !== null) return back(refusal);
  if (options.quirks.has("callback-script"))
    return back({ error: "server_error", error_description: "</script><script>alert(1)</script>" });

  const decision = await decisionOf(request, options.consent());
  if (decision === "ask") {
    const buttons = ["approve", "deny"].map(
      (each) => `<button data-testid="${each}" name="decision" value="${each}">${each}</button>`,
    );
    return page(`<form method="post">${buttons.join("")}</form>`, 200);
  }
  if (decision === "expire") return page("Too late.", 400);
  if (decision === "deny") return back({ error: "access_denied", error_description: "The person declined." });

  const code = `code_${options.id()}`;
  options.book.codes.set(code, {
    clientId: client.clientId,
    redirectUri,
    challenge,
    resource: options.quirks.has("resource-ignored") ? null : query.get("resource"),
    scopes: options.quirks.has("scope-narrowed") ? asked.slice(0, 1) : asked,
    account,
    offline: query.get("access_type") === "offline",
  });
  return back({ code });
}

function accountOf(request: Request, query: URLSearchParams, { quirks, account }: AuthorizeOptions): string {
  const asked = (query.get("prompt") ?? "").split(" ").includes("select_account");
  if (!quirks.has("account-remembered") || asked) return account();
  const cookies = (request.headers.get("cookie") ?? "").split("; ").map((pair) => pair.split("="));
  return cookies.find(([name]) => name === ACCOUNT_COOKIE)?.[1] ?? account();
}

async function decisionOf(request: Request, consent: Consent): Promise<Consent> {
  if (request.method !== "POST" || consent !== "ask") return consent;
  return new URLSearchParams(await request.text()).get("decision") === "approve" ? "approve" : "deny";
}

function sendBack(
  redirectUri: string,
  state: string | null,
  answer: Answer,
  { issuer, quirks, signedInAs }: AuthorizeOptions & { readonly signedInAs: string },
): Response {
  const target = new URL(redirectUri);
  for (const [name, value] of Object.entries(answer)) target.searchParams.set(name, value);
  if (quirks.has("callback-twice")) target.searchParams.append("code", "code_of-somebody-else");
  if (state !== null) target.searchParams.set("state", state);
  if (quirks.has("iss-wrong")) target.searchParams.set("iss", OTHER_ISSUER);
  else if (quirks.has("issuer-mismatch")) target.searchParams.set("iss", OTHER_ISSUER);
  else if (!quirks.has("iss-missing") && !quirks.has("iss-not-offered")) target.searchParams.set("iss", issuer);
  const headers = new Headers({ location: target.href });
  if (quirks.has("account-remembered")) headers.set("set-cookie", `${ACCOUNT_COOKIE}=${signedInAs}; Path=/`);
  return new Response(null, { status: 303, headers });
}

const page = (body: string, status: number): Response =>
  new Response(`<!doctype html>${body}`, { status, headers: { "content-type": "text/html" } });
