// Shows the consent page and takes the person's answer.
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { errors, type Provider } from "oidc-provider";
import { consentPage, noticePage } from "./pages.ts";
import type { ProtectedResources } from "./protected-resources.ts";

/** The only person there is. Signing in takes no password: this is a demo on one's own machine. */
const ACCOUNT = { id: "ada", name: "Ada (demo account)" };
const MAX_FORM_BYTES = 4096;

export interface ConsentOptions {
  readonly provider: Provider;
  readonly resources: ProtectedResources;
  readonly coop: () => boolean;
}

type Interaction = Awaited<ReturnType<Provider["interactionDetails"]>>;

export function consentListener(options: ConsentOptions): RequestListener {
  return (request, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.setHeader("cache-control", "no-store");
    response.setHeader(
      "content-security-policy",
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    );
    response.setHeader("referrer-policy", "no-referrer");
    if (options.coop()) response.setHeader("cross-origin-opener-policy", "same-origin");
    void answer(options, request, response).catch((error: unknown) => {
      const gone = error instanceof errors.SessionNotFound;
      response
        .writeHead(gone ? 400 : 500)
        .end(
          gone
            ? noticePage("This request is over", [
                "It was answered already, has expired, or was opened in another browser. Go back to the app and start again.",
              ])
            : noticePage("Something went wrong", ["The demo authorization server has a problem. Its log says more."]),
        );
    });
  };
}

async function answer(options: ConsentOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { provider } = options;
  const interaction = await provider.interactionDetails(request, response);
  if (request.method === "GET") return void response.end(consentPage(await factsOf(options, interaction)));
  if (request.method !== "POST") return void response.writeHead(405).end();
  const from = request.headers["sec-fetch-site"];
  if (from !== undefined && from !== "same-origin")
    return void response.writeHead(403).end(noticePage("Refused", ["This answer came from another page."]));

  const decision = (await readForm(request)).get("decision");
  if (decision === "approve") {
    const grantId = await grantAll(options, interaction);
    return provider.interactionFinished(request, response, { login: { accountId: ACCOUNT.id }, consent: { grantId } });
  }
  return provider.interactionFinished(
    request,
    response,
    { error: "access_denied", error_description: "The person declined access." },
    { mergeWithLastSubmission: false },
  );
}

async function factsOf({ provider, resources }: ConsentOptions, interaction: Interaction) {
  const { params } = interaction;
  const client = await provider.Client.find(String(params.client_id));
  const asked = scopesOf(interaction);
  return {
    clientName: client?.clientName ?? String(params.client_id),
    returnsTo: placeOf(String(params.redirect_uri)),
    accountName: ACCOUNT.name,
    servers: resourcesOf(interaction).map((url) => {
      const resource = resources.find(url);
      const allows = asked.flatMap((scope) => resource?.scopes[scope] ?? []);
      return {
        name: resource?.name ?? "Unknown server",
        url,
        allows: allows.length > 0 ? allows : ["connect, without further permissions"],
      };
    }),
    validMinutes: Math.max(1, Math.round((interaction.exp - interaction.iat) / 60)),
  };
}

/** The origin, or for an app on the device its scheme. */
function placeOf(redirectUri: string): string {
  const { protocol, origin } = new URL(redirectUri);
  return protocol.startsWith("http") ? origin : protocol;
}

/** Records exactly what the page showed. */
async function grantAll({ provider, resources }: ConsentOptions, interaction: Interaction): Promise<string> {
  const grant = new provider.Grant({ accountId: ACCOUNT.id, clientId: String(interaction.params.client_id) });
  const asked = scopesOf(interaction);
  // The server knows the resources' scopes as its own too, since clients may register with them.
  grant.addOIDCScope(asked.join(" "));
  for (const url of resourcesOf(interaction)) {
    grant.addResourceScope(url, asked.filter((scope) => resources.find(url)?.scopes[scope] !== undefined).join(" "));
  }
  return grant.save();
}

const scopesOf = (interaction: Interaction): string[] =>
  String(interaction.params.scope ?? "")
    .split(" ")
    .filter(Boolean);
const resourcesOf = (interaction: Interaction): string[] => [interaction.params.resource ?? []].flat().map(String);

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let body = "";
  for await (const chunk of request) {
    body += String(chunk);
    if (body.length > MAX_FORM_BYTES) break;
  }
  return new URLSearchParams(body);
}
