// Gathers what is shown of each server from the parts that know it.
import type { CatalogueStore } from "../catalog/catalogue.ts";
import type { ToolTrust } from "../catalog/tool-trust.ts";
import type { Connections } from "../servers/connections.ts";
import type { ServerRunner } from "../lifecycle/runner.ts";
import type { OAuth } from "../oauth/oauth.ts";
import type { ServerView } from "./snapshot.ts";

/** What lists of servers show. */
export const serverEntry = ({ record: { id, name, url, callbackUrl, options } }: ServerRunner) => ({
  id,
  name,
  server_url: url,
  callback_url: callbackUrl ?? "",
  ...(options.account !== undefined && { account: options.account }),
});

export interface ViewParts {
  readonly connections: Connections;
  readonly catalogue: CatalogueStore;
  readonly trust: ToolTrust;
  readonly oauth: OAuth;
}

export function serverViews(parts: ViewParts): readonly ServerView[] {
  return parts.connections.all().map((runner) => serverView(parts, runner));
}

export function serverView(parts: ViewParts, runner: ServerRunner): ServerView {
  const { record, state, facts, target } = runner;
  const { id, name, url, callbackUrl, options } = record;
  return {
    id,
    name,
    url,
    account: options.account ?? null,
    callbackUrl,
    signedIn: parts.oauth.isSignedIn(id),
    state,
    facts,
    flow: state.kind === "authenticating" ? parts.oauth.openFlow(target) : null,
    exceptions: parts.oauth.usedExceptions(id),
    unheard: !runner.isHeard,
    get catalogue() {
      return parts.catalogue.of(id);
    },
    listText: (kind) => parts.catalogue.textOf(id, kind),
    edition: `${record.createdAt} ${runner.catalogueVersion}`,
    reports: parts.catalogue.reportsOf(id),
    toolChanges: parts.trust.changes(id),
    toolPolicies: parts.trust.policies(id),
  };
}
