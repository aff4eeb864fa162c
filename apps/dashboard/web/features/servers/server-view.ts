// Turns a server's state into words: a label, a meaning, a sentence and the one act that helps.
import { ERROR_TEXT } from "../../i18n/errors.ts";
import { text } from "../../i18n/en.ts";
import type { ErrorCode, MCPServer } from "../../model.ts";
import type { Tone } from "../../ui/tone.ts";
import { type Sighting, stepNumber } from "./connection-progress.ts";
import type { SignInStatus } from "./sign-in.ts";

export type PrimaryAct = "sign-in" | "sign-in-again" | "retry" | "connect" | "open";

export interface ServerView {
  readonly label: string;
  readonly tone: Tone;
  readonly sentence: string | null;
  readonly act: PrimaryAct | null;
}

export interface Offer {
  readonly tools: number;
  readonly resources: number;
  readonly prompts: number;
}

/** Host of an address, or the address itself when it has none. */
export function hostOf(url: string): string {
  return URL.parse(url)?.host || url;
}

/** What the words for a server depend on. */
export interface ServerFacts {
  readonly server: MCPServer;
  readonly signIn: { readonly status: SignInStatus };
  readonly offer: Offer;
  readonly history: readonly Sighting[];
}

/** What to show for a server. Pure: the same input gives the same words. */
export function viewServer({ server, signIn, offer, history }: ServerFacts): ServerView {
  switch (server.state) {
    case "authenticating":
      return viewSignIn(server, signIn.status);
    case "connecting":
    case "connected":
    case "discovering":
      return { label: text.state.connecting(stepNumber(history)), tone: "busy", sentence: null, act: null };
    case "ready":
      return {
        label: text.state.ready,
        tone: "ok",
        sentence: text.sentence.offers(offer.tools, offer.resources, offer.prompts),
        act: "open",
      };
    case "failed":
      return viewFailure(server);
    case "not-connected":
      return { label: text.state.off, tone: "off", sentence: offSentence(server), act: "connect" };
  }
}

/** How changes of what a server offers reach this page; `null` while it offers nothing. */
export function viewListening({ state, live }: MCPServer): string | null {
  if (state !== "ready") return null;
  return live === false ? text.about.lastSeen : text.about.heard;
}

function offSentence({ signed_in: signedIn }: MCPServer): string {
  return signedIn === true ? text.sentence.off : text.sentence.offSignedOut;
}

function viewSignIn(server: MCPServer, signIn: SignInStatus): ServerView {
  const why = text.sentence.reason[server.auth_reason ?? "sign-in"](server.name);
  switch (signIn) {
    case "idle":
      return { label: text.state.signInNeeded, tone: "need", sentence: why, act: "sign-in" };
    case "waiting":
      return { label: text.state.waiting, tone: "need", sentence: null, act: null };
    case "blocked":
      return { label: text.state.blocked, tone: "need", sentence: null, act: null };
    case "maybe-closed":
      return { label: text.state.maybeClosed, tone: "need", sentence: null, act: null };
    case "elsewhere":
      return { label: text.state.elsewhere, tone: "need", sentence: null, act: null };
  }
}

function viewFailure(server: MCPServer): ServerView {
  const code = server.error_code;
  return {
    label: failureLabel(server, code),
    tone: "bad",
    sentence: code === "authorization-denied" ? text.sentence.declined(server.name) : errorSentence(code, server.error),
    act: code !== null && SIGN_IN_CODES.has(code) ? "sign-in-again" : "retry",
  };
}

const SIGN_IN_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "authorization-denied",
  "authorization-failed",
  "authorization-expired",
  "token-refused",
]);

function failureLabel(server: MCPServer, code: ErrorCode | null): string {
  switch (code) {
    case "authorization-denied":
      return text.state.declined;
    case "authorization-expired":
      return text.state.maybeClosed;
    case "host-unreachable":
    case "timeout":
      return text.state.unreachable(hostOf(server.server_url));
    case "not-an-mcp-server":
      return text.state.notMcp;
    case "client-id-required":
      return text.state.needsClient;
    default:
      return text.state.failed;
  }
}

/** One sentence about a failure: ours for the codes we know, else what the agent said. */
export function errorSentence(code: ErrorCode | null, said: string | null): string {
  return (code !== null && ERROR_TEXT[code]) || said || text.state.failed;
}
