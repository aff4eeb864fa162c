// What became of a call: what the tool said, that it failed, or that the call itself did.
import { CircleAlert, CircleCheck } from "lucide-react";
import { errorSentence } from "../servers/server-view.ts";
import { text } from "../../i18n/en.ts";
import type { CallToolResult, ErrorCode } from "../../model.ts";
import { Callout } from "../../ui/callout.tsx";
import { Code } from "../../ui/code.tsx";
import { ContentBlock } from "./content-block.tsx";

/** How a call ended. `ms` is how long the person waited. */
export type CallOutcome =
  | { readonly kind: "answered"; readonly result: CallToolResult; readonly ms: number }
  | { readonly kind: "failed"; readonly code: ErrorCode | null; readonly message: string; readonly ms: number };

export function ToolResult({ outcome }: { readonly outcome: CallOutcome }) {
  if (outcome.kind === "failed") {
    return (
      <div data-testid="tool-result" data-outcome="failed">
        <Callout tone="bad" icon={CircleAlert} title={text.result.failed}>
          <p>{errorSentence(outcome.code, outcome.message)}</p>
          {outcome.code !== null && <p className="mt-1 font-mono text-xs text-muted">{outcome.code}</p>}
        </Callout>
      </div>
    );
  }
  const { result, ms } = outcome;
  const failed = result.isError === true;
  return (
    <section
      aria-label={text.result.title}
      data-testid="tool-result"
      data-outcome={failed ? "tool-error" : "ok"}
      className="space-y-3"
    >
      <div className="flex items-center gap-2">
        {failed ? (
          <CircleAlert aria-hidden size={17} className="text-bad" />
        ) : (
          <CircleCheck aria-hidden size={17} className="text-ok" />
        )}
        <h3 className="text-sm font-semibold">{failed ? text.result.toolError : text.result.title}</h3>
        <span className="text-[0.8125rem] text-muted tabular-nums">{text.result.took(ms)}</span>
      </div>
      {result.content.map((block, index) => (
        <ContentBlock key={index} block={block} />
      ))}
      {result.structuredContent !== undefined && (
        <div className="space-y-1.5">
          <h4 className="text-[0.8125rem] font-medium text-muted">{text.result.structured}</h4>
          <Code label={text.result.structured}>{JSON.stringify(result.structuredContent, null, 2)}</Code>
        </div>
      )}
      {result.content.length === 0 && result.structuredContent === undefined && (
        <p className="text-sm text-muted">{text.result.empty}</p>
      )}
    </section>
  );
}
