// The tools of one server: find one, read what it does, try it.
import { Wrench } from "lucide-react";
import { useState } from "react";
import { text } from "../../i18n/en.ts";
import type { JsonObject, Tool, ToolChange, ToolChangeDetail } from "../../model.ts";
import type { Route } from "../../router/route.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ItemList } from "../../ui/item-list.tsx";
import { CONTROL_LOOK } from "../../ui/text-field.tsx";
import { ToolChanged } from "./tool-changed.tsx";
import { ToolPanel, toolTitle } from "./tool-panel.tsx";
import type { CallOutcome } from "./tool-result.tsx";

export interface ToolListProps {
  readonly tools: readonly Tool[];
  readonly connected: boolean;
  readonly chosen: string | undefined;
  readonly routeTo: (name: string | undefined) => Route;
  readonly call: (name: string, args: JsonObject) => Promise<CallOutcome>;
  readonly changes: readonly ToolChange[];
  readonly compare: (name: string) => Promise<ToolChangeDetail | undefined>;
  readonly accept: (name: string) => Promise<void>;
}

/** From this many tools on, a search field is worth its place. */
const SEARCH_FROM = 8;

export function ToolList({ tools, connected, chosen, routeTo, call, changes, compare, accept }: ToolListProps) {
  const [search, setSearch] = useState("");
  if (tools.length === 0) {
    return (
      <EmptyState icon={Wrench} title={text.tools.emptyTitle}>
        {connected ? text.tools.empty : text.tools.emptyOffline}
      </EmptyState>
    );
  }
  const wanted = search.trim().toLowerCase();
  const found = tools.filter((tool) =>
    `${tool.name} ${toolTitle(tool)} ${tool.description ?? ""}`.toLowerCase().includes(wanted),
  );
  const tool = tools.find(({ name }) => name === chosen);
  const changeOf = (name: string) => changes.find((change) => change.name === name);
  return (
    <ItemList
      items={found.map((each) => ({ key: each.name, title: toolTitle(each), note: noteOf(each, changeOf(each.name)) }))}
      chosen={tool?.name}
      routeTo={routeTo}
      label={text.detail.tools}
      backLabel={text.tools.back}
      above={
        tools.length >= SEARCH_FROM && (
          <div className="mb-3">
            <input
              type="search"
              aria-label={text.tools.search}
              placeholder={text.tools.search}
              value={search}
              onChange={(event) => setSearch(event.target.value)}
              className={`${CONTROL_LOOK} h-9`}
            />
            {found.length === 0 && <p className="mt-3 px-1 text-sm text-muted">{text.tools.noMatch}</p>}
          </div>
        )
      }
    >
      {tool ? (
        <ToolPanel
          key={tool.name}
          tool={tool}
          hindrance={connected ? null : text.tools.mustConnect}
          call={(args) => call(tool.name, args)}
        >
          <ToolChanged
            change={changeOf(tool.name)}
            compare={() => compare(tool.name)}
            accept={() => accept(tool.name)}
          />
        </ToolPanel>
      ) : (
        <EmptyState icon={Wrench} title={text.tools.pickTitle}>
          {text.tools.pick}
        </EmptyState>
      )}
    </ItemList>
  );
}

function noteOf({ description }: Tool, change: ToolChange | undefined): string | undefined {
  return change ? [text.tools.changed, description].filter(Boolean).join(" · ") : description;
}
