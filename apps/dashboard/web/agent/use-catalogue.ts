// The catalogue, asked for when it is first wanted.
import { useEffect, useState } from "react";
import type { CatalogueState } from "../features/servers/catalogue-list.tsx";
import type { DashboardApi } from "../model.ts";
import { problemOf } from "../ui/problem.ts";

export function useCatalogue(api: DashboardApi, wanted: boolean): CatalogueState {
  const [state, setState] = useState<CatalogueState>({ kind: "loading" });
  const ask = wanted && state.kind !== "loaded";
  useEffect(() => {
    if (!ask) return;
    let current = true;
    api.catalogue().then(
      (entries) => current && setState({ kind: "loaded", entries }),
      (thrown: unknown) => current && setState({ kind: "failed", problem: problemOf(thrown) }),
    );
    return () => {
      current = false;
    };
  }, [api, ask]);
  return state;
}
