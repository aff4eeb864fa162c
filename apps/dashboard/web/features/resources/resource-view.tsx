// One resource: what it is, and its contents when asked for.
import { CircleAlert, Download } from "lucide-react";
import { text } from "../../i18n/en.ts";
import type { ReadResourceResult, Resource } from "../../model.ts";
import { Button } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { useTask } from "../../ui/use-task.ts";
import { ResourceContent } from "../tools/content-block.tsx";

export interface ResourceViewProps {
  readonly resource: Resource;
  readonly hindrance: string | null;
  readonly read: () => Promise<ReadResourceResult>;
}

export function ResourceView({ resource, hindrance, read }: ResourceViewProps) {
  const { running, output, problem, run } = useTask(read);
  return (
    <div className="rounded-2xl border border-line bg-surface p-4 shadow-card sm:p-6">
      <h2 className="font-semibold tracking-tight wrap-anywhere">{resource.title ?? resource.name}</h2>
      <p className="font-mono text-[0.8125rem] text-muted wrap-anywhere">{resource.uri}</p>
      {resource.description && <p className="mt-1.5 text-sm text-muted wrap-anywhere">{resource.description}</p>}
      <p className="mt-1 text-[0.8125rem] text-muted">{resource.mimeType ?? text.resources.noType}</p>
      <div className="mt-5 flex flex-wrap items-center gap-3">
        <Button
          variant="primary"
          icon={Download}
          busy={running}
          disabled={hindrance !== null}
          onClick={() => void run()}
        >
          {text.resources.read}
        </Button>
        {hindrance !== null && <p className="text-sm text-muted">{hindrance}</p>}
      </div>
      <div aria-live="polite" className="mt-5 space-y-4 empty:hidden">
        {problem !== null && <Callout tone="bad" icon={CircleAlert} title={problem.message} />}
        {output?.contents.map((contents, index) => (
          <ResourceContent key={index} contents={contents} />
        ))}
      </div>
    </div>
  );
}
