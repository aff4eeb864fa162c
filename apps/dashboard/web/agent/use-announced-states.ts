// Speaks when a server's state changes, for those who do not see the badge.
import { useEffect, useRef } from "react";
import type { ServerModel } from "../features/servers/server-model.ts";
import { viewServer } from "../features/servers/server-view.ts";
import { text } from "../i18n/en.ts";
import { useAnnounce } from "../ui/announcer.tsx";

export function useAnnouncedStates(models: readonly ServerModel[] | null): void {
  const announce = useAnnounce();
  const before = useRef<ReadonlyMap<string, { readonly name: string; readonly label: string }> | null>(null);
  useEffect(() => {
    // What is there when the page opens is read, not announced.
    if (models === null) return;
    const now = new Map(models.map((model) => [model.id, { name: model.server.name, label: viewServer(model).label }]));
    const known = before.current;
    before.current = now;
    if (known === null) return;
    const sentences = [
      ...[...now]
        .filter(([id, { label }]) => known.get(id)?.label !== label)
        .map(([, { name, label }]) => text.say.stateChanged(name, label)),
      ...[...known].filter(([id]) => !now.has(id)).map(([, { name }]) => text.remove.done(name)),
    ];
    if (sentences.length > 0) announce(sentences.join(" "));
  }, [models, announce]);
}
