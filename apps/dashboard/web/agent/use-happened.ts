// What happened to a server, asked for while somebody looks, and again whenever the server moves.
import { useEffect, useState } from "react";
import type { DashboardApi, WhatHappened } from "../model.ts";

/** `moved` is whatever changes when there may be news. `null`: not known yet, or not to be had. */
export function useHappened(api: DashboardApi, id: string, wanted: boolean, moved: unknown): WhatHappened | null {
  const [happened, setHappened] = useState<WhatHappened | null>(null);
  useEffect(() => {
    if (!wanted) return;
    let current = true;
    api.whatHappened(id).then(
      (answer) => current && setHappened(answer),
      () => current && setHappened(null),
    );
    return () => {
      current = false;
    };
  }, [api, id, wanted, moved]);
  return happened;
}
