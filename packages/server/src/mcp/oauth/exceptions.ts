// Checks that the operator of one server gave up for it, because its provider is known to be broken that way.
import type { OAuthExceptionName } from "@agents-internal/protocol";
import type { Timeline } from "../timeline/recorder.ts";
import { McpError } from "../errors.ts";
import type { OAuthExceptions, StoredOAuthOptions } from "../options.ts";
import type { TokenServer } from "./authorization-server.ts";

/** The `resource` of a request; `null`: it is left out. */
export function resourceToSend({ exceptions }: StoredOAuthOptions, resource: string): string | null {
  return exceptions?.omitResource === true ? null : resource;
}

/** Every use is told, not only the granting. */
export function tellExceptions(
  timeline: Pick<Timeline, "record">,
  serverId: string,
  { issuer, exceptions = [] }: Pick<TokenServer, "issuer" | "exceptions">,
): void {
  for (const detail of exceptions) timeline.record(serverId, { step: "exception-used", at: issuer, detail });
}

/** The same description, and the checks that were weakened for it. It is stored with the description. */
export function withException<T extends { readonly exceptions?: readonly OAuthExceptionName[] }>(
  described: T,
  name: OAuthExceptionName | false,
): T {
  return name === false ? described : { ...described, exceptions: [...(described.exceptions ?? []), name] };
}

type Check = (value: unknown) => boolean;

const isUrl: Check = (value) =>
  typeof value === "string" && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
const isFlag: Check = (value) => typeof value === "boolean";
const hasUrls =
  (...names: readonly string[]): Check =>
  (value) =>
    typeof value === "object" &&
    value !== null &&
    names.every((name) => isUrl((value as Record<string, unknown>)[name]));

const CHECKS: Readonly<Record<OAuthExceptionName, readonly [Check, string]>> = {
  issuerAlias: [hasUrls("named", "published"), "has the URLs `named` and `published`"],
  prefixResource: [isUrl, "is the URL that the server publishes as its resource"],
  unadvertisedPkce: [isFlag, "is true or false"],
  omitResource: [isFlag, "is true or false"],
  noResourceMetadata: [hasUrls("issuer"), "has the URL `issuer`"],
};

/** Throws `option-invalid`: an exception that is misspelt must not look as if it were granted. */
export function checkExceptions(exceptions: OAuthExceptions | undefined): void {
  for (const [name, value] of Object.entries(exceptions ?? {})) {
    const [check, rule] = Object.hasOwn(CHECKS, name) ? CHECKS[name as OAuthExceptionName] : [null, "is no exception"];
    if (check === null || (value !== undefined && !check(value)))
      throw new McpError("option-invalid", { detail: `oauth.exceptions.${name} ${rule}.` });
  }
}
