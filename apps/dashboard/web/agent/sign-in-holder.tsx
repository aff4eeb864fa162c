// Keeps one server's sign-in window in hand while the person moves between screens. Shows nothing itself.
import { type McpSource, useMcpAuthorize } from "agents/react";
import { useEffect, useMemo } from "react";
import type { SignIn, SignInStatus } from "../features/servers/sign-in.ts";

export interface SignInHolderProps {
  readonly agent: McpSource;
  readonly serverId: string;
  /** Makes the agent try a failed server again, so that it asks for a sign-in. */
  readonly retry: (serverId: string) => Promise<unknown>;
  /** Another tab of this browser has a window for this server. */
  readonly elsewhere: boolean;
  readonly onChange: (serverId: string, signIn: SignIn) => void;
}

export function SignInHolder({ agent, serverId, retry, elsewhere, onChange }: SignInHolderProps) {
  const popup = useMcpAuthorize(agent, serverId, {
    connect: async () => {
      await retry(serverId);
    },
  });
  const { start, openManually, cancel } = popup;
  const status = statusOf(popup.status, elsewhere);
  const signIn = useMemo<SignIn>(
    () => ({ status, start: () => start(), reopen: openManually, cancel }),
    [status, start, openManually, cancel],
  );
  useEffect(() => onChange(serverId, signIn), [onChange, serverId, signIn]);
  return null;
}

function statusOf(popup: ReturnType<typeof useMcpAuthorize>["status"], elsewhere: boolean): SignInStatus {
  switch (popup) {
    case "opening":
    case "waiting":
      return "waiting";
    case "blocked":
    case "maybe-closed":
      return popup;
    default:
      return elsewhere ? "elsewhere" : "idle";
  }
}
