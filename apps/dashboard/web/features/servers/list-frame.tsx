// A list of a server, and above it what it lacks.
import { ListX } from "lucide-react";
import type { ReactNode } from "react";
import { text } from "../../i18n/en.ts";
import type { McpListName, MCPServer } from "../../model.ts";
import { Callout } from "../../ui/callout.tsx";
import { listSentences } from "./list-problems.ts";

export interface ListFrameProps {
  readonly server: MCPServer;
  readonly names: readonly McpListName[];
  /** There is nothing in it. Whether the server offers nothing is not known then. */
  readonly isEmpty: boolean;
  readonly children: ReactNode;
}

export function ListFrame({ server, names, isEmpty, children }: ListFrameProps) {
  const sentences = listSentences(server, ...names);
  if (sentences.length === 0) return children;
  return (
    <div className="space-y-5">
      <Callout tone="need" icon={ListX} title={text.lists.title}>
        {sentences.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </Callout>
      {!isEmpty && children}
    </div>
  );
}
