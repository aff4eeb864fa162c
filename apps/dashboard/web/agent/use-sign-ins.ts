// The sign-ins of all servers as one value, and the word to the other tabs about them.
import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import type { SignIn } from "../features/servers/sign-in.ts";
import { createSignInPresence } from "./sign-in-presence.ts";

export interface SignIns {
  readonly byServer: Readonly<Record<string, SignIn>>;
  /** Servers whose window is in another tab. */
  readonly elsewhere: ReadonlySet<string>;
  readonly put: (serverId: string, signIn: SignIn) => void;
}

export function useSignIns(scope: string): SignIns {
  const [byServer, setByServer] = useState<Readonly<Record<string, SignIn>>>({});
  const [presence] = useState(() => createSignInPresence(scope));
  const elsewhere = useSyncExternalStore(presence.subscribe, presence.getSnapshot);
  const put = useCallback(
    (serverId: string, signIn: SignIn) => setByServer((before) => ({ ...before, [serverId]: signIn })),
    [],
  );
  useEffect(() => {
    presence.tell(Object.keys(byServer).filter((id) => byServer[id]?.status === "waiting"));
  }, [presence, byServer]);
  return { byServer, elsewhere, put };
}
