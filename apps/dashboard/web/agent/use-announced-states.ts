// Speaks when a server's state changes, for those who do not see the badge.
import { useEffect, useRef } from "react";
import type { ServerModel } from "../features/servers/server-model.ts";
import { viewServer } from "../features/servers/server-view.ts";
import { text } from "../i18n/en.ts";
import { useAnnounce } from "../ui/announcer.tsx";

export function useAnnouncedStates(models: readonly ServerModel[] | null): void {
  const announce = useAnnounce();
  const before = useRef<ReadonlyMap<string, string> | null>(null);
  useEffect(() => {
    // What is there when the page opens is read, not announced.
    if (models === null) return;
    const labels = new Map(models.map((model) => [model.id, viewServer(model).label]));
    const changed = models.filter(({ id }) => before.current !== null && before.current.get(id) !== labels.get(id));
    before.current = labels;
    if (changed.length > 0)
      announce(changed.map(({ id, server }) => text.say.stateChanged(server.name, labels.get(id) ?? "")).join(". "));
  }, [models, announce]);
}
