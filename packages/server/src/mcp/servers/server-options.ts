// The developer's options, checked and split into what is stored in clear, what is sealed, and what is not stored.
import type { JsonObject } from "@agents-internal/protocol";
import { McpError } from "../errors.ts";
import { checkAuthorizationParameters } from "../oauth/authorization-parameters.ts";
import { checkClient } from "../oauth/check-client.ts";
import { checkExceptions } from "../oauth/exceptions.ts";
import { checkDPoP, checkMachineGrant } from "../oauth/grants/check-grant.ts";
import type { LiveOptions } from "../lifecycle/runner-opening.ts";
import type {
  HeadersInput,
  Listen,
  McpClientOptions,
  OAuthOptions,
  RetryOptions,
  ToolOptions,
  TransportOptions,
  TransportType,
} from "../options.ts";
import type { ServerSecrets } from "./server-secrets.ts";
import type { StoredOptions } from "../storage/servers-table.ts";

export interface GivenOptions {
  readonly client?: McpClientOptions | undefined;
  readonly transport?: TransportOptions | undefined;
  readonly retry?: RetryOptions | undefined;
  readonly oauth?: OAuthOptions | undefined;
  readonly tools?: ToolOptions | undefined;
  readonly listen?: Listen | undefined;
  readonly account?: string | undefined;
  readonly binding?: { readonly name: string; readonly props: JsonObject | null } | undefined;
}

export interface SplitOptions {
  readonly stored: StoredOptions;
  readonly secrets: ServerSecrets;
  readonly live: LiveOptions;
}

const TRANSPORTS: ReadonlySet<string> = new Set<TransportType>(["auto", "streamable-http", "sse"]);

const PROMPTS: ReadonlySet<string> = new Set<NonNullable<OAuthOptions["prompt"]>>([
  "login",
  "consent",
  "select_account",
]);
const START_URLS: ReadonlySet<string> = new Set<NonNullable<OAuthOptions["startUrl"]>>(["page", "direct"]);

const LISTEN: ReadonlySet<string> = new Set<Listen>(["while-used", "always", "never"]);

const OAUTH_NAMES: Readonly<Record<keyof OAuthOptions, true>> = {
  client: true,
  prompt: true,
  authorizationParameters: true,
  scopes: true,
  clientName: true,
  exceptions: true,
  grant: true,
  startUrl: true,
  waitForSignIn: true,
  renewWhenIdle: true,
  dpop: true,
};
const CLIENT_NAMES: Readonly<Record<keyof NonNullable<OAuthOptions["client"]>, true>> = {
  clientId: true,
  clientSecret: true,
  issuer: true,
  tokenEndpointAuthMethod: true,
};

/** What is given now, over what was given before. Throws `option-invalid`. */
export function mergeOptions(
  before: { stored: StoredOptions; secrets: ServerSecrets },
  given: GivenOptions,
): SplitOptions {
  const transport = given.transport?.type ?? before.stored.transport;
  if (!TRANSPORTS.has(transport)) {
    throw new McpError("option-invalid", { detail: `transport.type is one of ${[...TRANSPORTS].join(", ")}.` });
  }
  if (given.retry !== undefined) checkRetry(given.retry);
  const listen = given.listen ?? before.stored.listen;
  checkListen(listen);
  if (given.tools !== undefined) checkTools(given.tools);
  const tools = given.tools ?? before.stored.tools;
  const { jsonSchemaValidator, ...client }: McpClientOptions = given.client ?? before.stored.client;
  const { client: registered, grant, ...oauth } = given.oauth ?? before.stored.oauth;
  const { clientSecret, ...publicClient } = registered ?? { clientId: "" };
  if (given.oauth !== undefined) {
    checkNames("oauth", given.oauth, OAUTH_NAMES);
    checkNames("oauth.client", given.oauth.client, CLIENT_NAMES);
    checkClient(given.oauth.client);
    checkMachineGrant(given.oauth);
    checkDPoP(given.oauth.dpop);
    checkWait(given.oauth.waitForSignIn);
    checkPrompt(given.oauth.prompt);
    checkAuthorizationParameters(given.oauth.authorizationParameters);
    if (!START_URLS.has(given.oauth.startUrl ?? "page"))
      throw new McpError("option-invalid", { detail: `oauth.startUrl is "page" or "direct".` });
    checkExceptions(given.oauth.exceptions);
  }
  return {
    stored: {
      transport,
      client,
      retry: given.retry ?? before.stored.retry,
      oauth: {
        ...oauth,
        ...(registered && { client: publicClient }),
        ...(grant && { grant: { type: grant.type, clientId: grant.clientId } }),
      },
      ...(tools && { tools }),
      ...(listen && { listen }),
      ...(given.account !== undefined && { account: given.account }),
      ...(given.binding && { binding: given.binding.name }),
    },
    secrets: {
      headers: given.transport?.headers === undefined ? before.secrets.headers : toPairs(given.transport.headers),
      clientSecret: given.oauth === undefined ? before.secrets.clientSecret : (clientSecret ?? null),
      grant: given.oauth === undefined ? before.secrets.grant : (given.oauth.grant ?? null),
      props: given.binding?.props ?? null,
    },
    live: jsonSchemaValidator ? { jsonSchemaValidator } : {},
  };
}

/** A name that nobody knows may be a secret whose name is misspelt; it would be stored in clear. */
function checkNames(place: string, given: object | undefined, known: Readonly<Record<string, true>>): void {
  for (const name of Object.keys(given ?? {}))
    if (!Object.hasOwn(known, name)) throw new McpError("option-invalid", { detail: `${place}.${name} is no option.` });
}

/** Also for what stands in the agent's options. Throws `option-invalid`. */
export function checkListen(listen: unknown): void {
  if (listen === undefined || (typeof listen === "string" && LISTEN.has(listen))) return;
  throw new McpError("option-invalid", { detail: `listen is one of ${[...LISTEN].join(", ")}.` });
}

function checkPrompt(prompt: OAuthOptions["prompt"]): void {
  if (prompt === undefined || PROMPTS.has(prompt)) return;
  throw new McpError("option-invalid", { detail: `oauth.prompt is one of ${[...PROMPTS].join(", ")}.` });
}

function checkRetry(retry: RetryOptions): void {
  for (const name of ["maxAttempts", "baseDelayMs", "maxDelayMs"] as const) {
    const value: unknown = retry[name];
    if (value === undefined || (typeof value === "number" && Number.isFinite(value) && value >= 0)) continue;
    throw new McpError("option-invalid", { detail: `retry.${name} is a number from 0 on.` });
  }
}

function checkWait(ms: unknown): void {
  if (ms === undefined || (typeof ms === "number" && Number.isFinite(ms) && ms >= 0)) return;
  throw new McpError("option-invalid", { detail: "oauth.waitForSignIn is a number of ms from 0 on." });
}

function checkTools({ policy = "allow", changes = "show" }: ToolOptions): void {
  if (["allow", "ask", "deny"].includes(policy) && ["show", "hold"].includes(changes)) return;
  throw new McpError("option-invalid", {
    detail: "tools.policy is allow, ask or deny; tools.changes is show or hold.",
  });
}

/** A `Headers` object, a record or pairs, as pairs that can be stored. */
function toPairs(headers: HeadersInput): readonly (readonly [string, string])[] {
  try {
    return [...new Headers(headers as ConstructorParameters<typeof Headers>[0])];
  } catch (cause) {
    throw new McpError("option-invalid", {
      detail: "transport.headers holds a name or value that HTTP does not allow.",
      cause,
    });
  }
}
