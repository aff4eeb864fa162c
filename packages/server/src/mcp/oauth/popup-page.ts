// The page that ends a sign-in when the application has none of its own.
import { ERROR_CODES, type ErrorCode, POPUP_CHANNEL, type PopupMessage } from "@agents-internal/protocol";
import { escapeHtml } from "../inert-text.ts";
import { renderPage } from "./page.ts";

export interface PopupEnd {
  readonly outcome: PopupMessage["outcome"];
  readonly serverId: string | undefined;
  readonly serverName: string | undefined;
  readonly code: ErrorCode | undefined;
}

/** Ends that change nothing at the agent: no window shows them but this one, so it stays open. */
const STAYS_OPEN: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "callback-invalid",
  "flow-unknown",
  "browser-mismatch",
  "user-mismatch",
  "issuer-mismatch",
  "authorization-expired",
]);

/** Says what came of it in our own words, tells this origin's windows, and closes itself where the browser lets it. */
export function renderPopupPage({ outcome, serverId, serverName, code }: PopupEnd): Response {
  const completed = outcome === "completed";
  const subject = serverName === undefined ? "" : ` to ${serverName}`;
  const sentence = completed ? "You are signed in." : ERROR_CODES[code ?? "authorization-failed"].message;
  const stays = !completed && code !== undefined && STAYS_OPEN.has(code);
  const message: PopupMessage | null =
    serverId === undefined || stays ? null : { type: POPUP_CHANNEL, serverId, outcome };
  return renderPage({
    status: completed ? 200 : 400,
    title: completed ? `Signed in${subject}` : `Not signed in${subject}`,
    body: `<p>${escapeHtml(sentence)}</p><p>You can close this window, or <a href="/">go back to the app</a>.</p>`,
    ...(message === null ? {} : { script: announce(message) }),
  });
}

/** The opener may be of another origin or gone behind COOP: the message goes to our own origin only, and to the channel as well. */
function announce(message: PopupMessage): string {
  const data = JSON.stringify(message).replaceAll("<", "\\u003c");
  return (
    `(()=>{const m=${data};` +
    `try{if(window.opener)window.opener.postMessage(m,location.origin)}catch{}` +
    `try{const c=new BroadcastChannel(m.type);c.postMessage(m);c.close()}catch{}` +
    `window.close()})()`
  );
}
