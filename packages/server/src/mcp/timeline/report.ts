// What a person pastes into an issue: where one server stands and how it came there. Holds nothing secret and nobody's name.
import { ERROR_CODES, type TimelineEntry } from "@agents-internal/protocol";
import { CLIENT_INFO } from "../client-info.ts";
import { toPublicState } from "../lifecycle/to-public-state.ts";
import type { StoredOptions } from "../storage/servers-table.ts";
import type { ServerView } from "../publish/snapshot.ts";
import { harmlessText, harmlessUrl } from "./harmless.ts";

export interface ReportInput {
  readonly view: ServerView;
  readonly options: StoredOptions;
  readonly vault: "keyed" | "unkeyed";
  readonly timeline: readonly TimelineEntry[];
}

/** Plain text; the same input always gives the same lines. */
export function toReport({ view, options, vault, timeline }: ReportInput): string {
  return [
    `MCP server report, ${CLIENT_INFO.name} ${CLIENT_INFO.version}`,
    "",
    `server: ${options.binding === undefined ? harmlessUrl(view.url) : "an object of the same Worker"}`,
    ...describeFacts(view, options),
    ...describeState(view),
    ...describeSignIn(view, options),
    `offers: ${Object.entries(view.catalogue)
      .map(([kind, items]: [string, readonly unknown[]]) => `${items.length} ${kind}`)
      .join(", ")}`,
    `vault: ${vault}`,
    "",
    "What happened (UTC, oldest first)",
    ...timeline.map(toLine),
    "",
  ].join("\n");
}

function describeFacts({ facts }: ServerView, options: StoredOptions): readonly string[] {
  if (facts === null) return [`transport: ${options.transport}, never connected`];
  const { serverInfo, transport, era, protocolVersion } = facts;
  const software = serverInfo === null ? "unknown" : harmlessText(`${serverInfo.name} ${serverInfo.version}`);
  return [
    `software: ${software}`,
    `transport: ${transport} (asked for: ${options.transport}), ${era} era, revision ${harmlessText(protocolVersion)}`,
    `capabilities: ${Object.keys(facts.capabilities).sort().map(harmlessText).join(", ") || "none"}`,
  ];
}

function describeState({ state }: ServerView): readonly string[] {
  const line = `state: ${toPublicState(state)}`;
  if (state.kind !== "failed") return [line];
  const status = state.status === undefined ? "" : `, HTTP ${state.status}`;
  return [
    line,
    `error: ${state.code}${status}, while ${state.cameFrom}: ${ERROR_CODES[state.code].message}`,
    ...(state.detail === null ? [] : [`detail: ${harmlessText(state.detail)}`]),
    // The advice itself is as long as all codes together, and no Worker needs it to work.
    `what to do: look up ${state.code} in docs/errors.md`,
  ];
}

function describeSignIn({ flow, exceptions }: ServerView, { oauth }: StoredOptions): readonly string[] {
  const granted = Object.keys(oauth.exceptions ?? {}).sort();
  return [
    ...(flow === null
      ? []
      : [`sign-in: ${flow.reason}, at ${flow.authHost}, scopes: ${flow.scopes?.join(" ") ?? "none named"}`]),
    ...(granted.length === 0
      ? []
      : [`exceptions: granted ${granted.join(", ")}; used ${exceptions.join(", ") || "none"}`]),
  ];
}

function toLine({
  number,
  at,
  times,
  step,
  state,
  code,
  status,
  host,
  url,
  detail,
  next,
  nextAt,
}: TimelineEntry): string {
  const parts = [
    step,
    state && `now ${state}`,
    code,
    status && `HTTP ${status}`,
    url ?? host,
    detail,
    next && (nextAt === null ? `next: ${next}` : `next: ${next} (${new Date(nextAt).toISOString()})`),
    times > 1 && `${times} times`,
  ];
  return `${number}. ${new Date(at).toISOString()} ${parts.filter(Boolean).join(" · ")}`;
}
