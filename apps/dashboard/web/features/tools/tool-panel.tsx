// One tool: what it says it does, its form, and the result of the last call.
import { Eye, TriangleAlert } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { text } from "../../i18n/en.ts";
import type { JsonObject, Tool } from "../../model.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { StatusChip } from "../../ui/status-chip.tsx";
import { ToolForm } from "./tool-form.tsx";
import { type CallOutcome, ToolResult } from "./tool-result.tsx";

export interface ToolPanelProps {
  readonly tool: Tool;
  readonly hindrance: string | null;
  /** Resolves however the call ends; never rejects. */
  readonly call: (args: JsonObject) => Promise<CallOutcome>;
  /** What a person should know before using it. */
  readonly children?: ReactNode;
}

export function ToolPanel({ tool, hindrance, call, children }: ToolPanelProps) {
  const [outcome, setOutcome] = useState<CallOutcome | null>(null);
  const [running, setRunning] = useState(false);
  const announce = useAnnounce();
  const answer = useRef<HTMLDivElement>(null);
  // On a small screen the answer would otherwise come below the fold, unseen.
  useEffect(() => {
    answer.current?.scrollIntoView({ block: "nearest", behavior: "smooth" });
  }, [outcome]);

  const run = async (args: JsonObject) => {
    setRunning(true);
    const ended = await call(args);
    setRunning(false);
    setOutcome(ended);
    announce(
      ended.kind === "failed" ? text.result.failed : ended.result.isError ? text.result.toolError : text.result.title,
    );
  };

  return (
    <div className="rounded-2xl border border-line bg-surface p-4 shadow-card sm:p-6" data-testid="tool-panel">
      <h2 className="font-semibold tracking-tight wrap-anywhere">{toolTitle(tool)}</h2>
      {toolTitle(tool) !== tool.name && (
        <p className="font-mono text-[0.8125rem] text-muted wrap-anywhere">{tool.name}</p>
      )}
      {tool.description && (
        <p className="mt-1.5 text-sm whitespace-pre-line text-muted wrap-anywhere">{tool.description}</p>
      )}
      <Hints tool={tool} />
      {children}
      <div className="mt-5">
        <ToolForm tool={tool} running={running} hindrance={hindrance} onRun={(args) => void run(args)} />
      </div>
      {outcome !== null && (
        <div ref={answer} className="mt-6 scroll-my-4 border-t border-line pt-5" aria-busy={running}>
          <ToolResult outcome={outcome} />
        </div>
      )}
    </div>
  );
}

/** The name for people, where the tool has one. */
export function toolTitle(tool: Tool): string {
  return tool.title ?? tool.annotations?.title ?? tool.name;
}

function Hints({ tool }: { readonly tool: Tool }) {
  const { readOnlyHint, destructiveHint } = tool.annotations ?? {};
  if (readOnlyHint !== true && destructiveHint !== true) return null;
  return (
    <div className="mt-3 flex flex-wrap items-center gap-2">
      {readOnlyHint === true ? (
        <StatusChip icon={Eye}>{text.tools.readOnly}</StatusChip>
      ) : (
        <StatusChip icon={TriangleAlert}>{text.tools.destructive}</StatusChip>
      )}
      <span className="text-[0.8125rem] text-muted">{text.tools.hintNote}</span>
    </div>
  );
}
