// Says that a tool is not what it was, shows both definitions, and lets the person accept it.
import { GitCompareArrows } from "lucide-react";
import { useState } from "react";
import { text } from "../../i18n/en.ts";
import type { Tool, ToolChange, ToolChangeDetail } from "../../model.ts";
import { Button } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { Code } from "../../ui/code.tsx";
import { useTask } from "../../ui/use-task.ts";

export interface ToolChangedProps {
  /** Absent: it is as it was accepted. */
  readonly change: ToolChange | undefined;
  readonly compare: () => Promise<ToolChangeDetail | undefined>;
  readonly accept: () => Promise<void>;
}

export function ToolChanged({ change, compare, accept }: ToolChangedProps) {
  const comparison = useTask(compare);
  const acceptance = useTask(accept);
  const [isOpen, setOpen] = useState(false);
  if (change === undefined) return null;
  const { output } = comparison;
  const problem = comparison.problem ?? acceptance.problem;

  const show = () => {
    setOpen(true);
    void comparison.run();
  };
  const actions = (
    <>
      <Button size="small" busy={acceptance.running} onClick={() => void acceptance.run()}>
        {text.tools.accept}
      </Button>
      {!isOpen && (
        <Button size="small" variant="quiet" busy={comparison.running} onClick={show}>
          {text.tools.compare}
        </Button>
      )}
    </>
  );
  return (
    <div className="mt-4" data-testid="tool-changed">
      <Callout
        tone="need"
        icon={GitCompareArrows}
        title={change.change === "added" ? text.tools.addedTitle : text.tools.changedTitle}
        actions={actions}
      >
        <p>{change.held ? text.tools.heldHint : text.tools.changedHint}</p>
        {problem && <p>{problem.message}</p>}
        {isOpen && output && (
          <div className="mt-3 grid gap-3 lg:grid-cols-2">
            <Definition label={text.tools.before} tool={output.before} />
            <Definition label={text.tools.after} tool={output.after} />
          </div>
        )}
      </Callout>
    </div>
  );
}

function Definition({ label, tool }: { readonly label: string; readonly tool: Tool | null }) {
  return (
    <div className="min-w-0">
      <p className="mb-1 text-[0.8125rem] font-medium">{label}</p>
      {tool ? (
        <Code label={label}>{JSON.stringify(tool, null, 2)}</Code>
      ) : (
        <p className="text-muted">{text.tools.notKept}</p>
      )}
    </div>
  );
}
