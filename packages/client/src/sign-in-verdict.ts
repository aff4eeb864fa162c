// What the agent's word about a server means for a sign-in that a person has begun.
import type { ErrorCode, MCPServer } from "@agents-internal/protocol";

/** How a sign-in ended, or that it goes on. `authUrl` is where the person has to go, once that is known. */
export type SignInVerdict =
  | { readonly kind: "goes-on"; readonly authUrl: string | null }
  | { readonly kind: "completed" }
  | { readonly kind: "expired" }
  | { readonly kind: "abandoned" }
  | { readonly kind: "denied"; readonly code: ErrorCode; readonly error: string };

/** What was seen of the server since the person clicked. */
export interface SignInHistory {
  /** It was there. */
  readonly known: boolean;
  /** It asked for a sign-in, so that leaving that state is an outcome. */
  readonly asked: boolean;
  /** What the agent says now is about this attempt, not left over from before the click. */
  readonly current: boolean;
}

const GOES_ON: SignInVerdict = { kind: "goes-on", authUrl: null };

/** Judge one snapshot of the server; `undefined` when the agent has none of this id. */
export function judgeSignIn(server: MCPServer | undefined, { known, asked, current }: SignInHistory): SignInVerdict {
  if (!server) {
    return known && current ? { kind: "denied", code: "removed", error: "The server was removed." } : GOES_ON;
  }
  switch (server.state) {
    case "authenticating":
      return { kind: "goes-on", authUrl: server.auth_url };
    case "connecting":
      return asked ? { kind: "completed" } : GOES_ON;
    case "connected":
    case "discovering":
    case "ready":
      return asked || current ? { kind: "completed" } : GOES_ON;
    case "not-connected":
      return asked ? { kind: "abandoned" } : GOES_ON;
    case "failed":
      if (!asked && !current) return GOES_ON;
      if (server.error_code === "authorization-expired") return { kind: "expired" };
      return { kind: "denied", code: server.error_code ?? "authorization-failed", error: server.error ?? "" };
  }
}
