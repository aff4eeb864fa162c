// The resources of one server, and the one that is open.
import { FileText } from "lucide-react";
import { text } from "../../i18n/en.ts";
import type { ReadResourceResult, Resource, ResourceTemplate } from "../../model.ts";
import type { Route } from "../../router/route.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ItemList } from "../../ui/item-list.tsx";
import { ResourceView } from "./resource-view.tsx";

export interface ResourceListProps {
  readonly resources: readonly Resource[];
  readonly templates: readonly ResourceTemplate[];
  readonly connected: boolean;
  readonly chosen: string | undefined;
  readonly routeTo: (uri: string | undefined) => Route;
  readonly read: (uri: string) => Promise<ReadResourceResult>;
}

export function ResourceList({ resources, templates, connected, chosen, routeTo, read }: ResourceListProps) {
  if (resources.length === 0 && templates.length === 0) {
    return (
      <EmptyState icon={FileText} title={text.resources.emptyTitle}>
        {connected ? text.resources.empty : text.tools.emptyOffline}
      </EmptyState>
    );
  }
  const open = resources.find(({ uri }) => uri === chosen);
  return (
    <div className="space-y-8">
      <ItemList
        items={resources.map((each) => ({
          key: each.uri,
          title: each.title ?? each.name,
          note: each.description ?? each.uri,
        }))}
        chosen={open?.uri}
        routeTo={routeTo}
        label={text.detail.resources}
        backLabel={text.back}
      >
        {open ? (
          <ResourceView
            key={open.uri}
            resource={open}
            hindrance={connected ? null : text.tools.mustConnect}
            read={() => read(open.uri)}
          />
        ) : null}
      </ItemList>
      {templates.length > 0 && <Templates templates={templates} />}
    </div>
  );
}

function Templates({ templates }: { readonly templates: readonly ResourceTemplate[] }) {
  return (
    <section>
      <h2 className="mb-2 text-sm font-semibold">{text.resources.templates}</h2>
      <ul className="divide-y divide-line rounded-2xl border border-line bg-surface px-4 shadow-card">
        {templates.map((template) => (
          <li key={template.uriTemplate} className="py-3">
            <p className="text-sm font-medium wrap-anywhere">{template.title ?? template.name}</p>
            <p className="font-mono text-[0.8125rem] text-muted wrap-anywhere">{template.uriTemplate}</p>
            {template.description && <p className="text-sm text-muted wrap-anywhere">{template.description}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}
