// The prompts of one server, and the one that is open.
import { MessageSquareText } from "lucide-react";
import { text } from "../../i18n/en.ts";
import type { GetPromptResult, Prompt } from "../../model.ts";
import type { Route } from "../../router/route.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ItemList } from "../../ui/item-list.tsx";
import { PromptView } from "./prompt-view.tsx";

export interface PromptListProps {
  readonly prompts: readonly Prompt[];
  readonly connected: boolean;
  readonly chosen: string | undefined;
  readonly routeTo: (name: string | undefined) => Route;
  readonly get: (name: string, args: Readonly<Record<string, string>>) => Promise<GetPromptResult>;
}

export function PromptList({ prompts, connected, chosen, routeTo, get }: PromptListProps) {
  if (prompts.length === 0) {
    return (
      <EmptyState icon={MessageSquareText} title={text.prompts.emptyTitle}>
        {connected ? text.prompts.empty : text.tools.emptyOffline}
      </EmptyState>
    );
  }
  const open = prompts.find(({ name }) => name === chosen);
  return (
    <ItemList
      items={prompts.map((each) => ({ key: each.name, title: each.title ?? each.name, note: each.description }))}
      chosen={open?.name}
      routeTo={routeTo}
      label={text.detail.prompts}
      backLabel={text.back}
    >
      {open ? (
        <PromptView
          key={open.name}
          prompt={open}
          hindrance={connected ? null : text.tools.mustConnect}
          get={(args) => get(open.name, args)}
        />
      ) : null}
    </ItemList>
  );
}
