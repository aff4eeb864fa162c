// The tools of all servers as one set for a model, made anew only for servers of which something changed.
import type { Tool } from "@agents-internal/protocol";
import { type AIToolsOptions, type CallAITool, type MCPAITool, type MCPAIToolSet, toAITool } from "./ai-tools.ts";
import { toolKeys } from "./names.ts";
import type { ToolVerdicts } from "./tool-trust.ts";

/** What one server offers to models. Each part is the same object for as long as it says the same. */
export interface AIToolSource {
  readonly serverId: string;
  readonly tools: readonly Tool[];
  readonly verdicts: ToolVerdicts;
}

/**
 * Sorted by key, so that the same tools always give the same prompt. The set and its tools are the caller's own, to change as
 * they like.
 */
export type MakeAIToolSet = (sources: readonly AIToolSource[], options?: AIToolsOptions) => MCPAIToolSet;

/** What one server has in the set, in the order of the keys. */
interface Part {
  readonly source: AIToolSource;
  readonly options: AIToolsOptions;
  readonly tools: ReadonlyMap<string, MCPAITool>;
  readonly first: string;
  readonly last: string;
}

export function createAIToolSets(call: CallAITool): MakeAIToolSet {
  /** By list, so that nothing is kept of one that was replaced. */
  const parts = new WeakMap<readonly Tool[], Part>();

  function partOf(source: AIToolSource, options: AIToolsOptions): Part {
    const known = parts.get(source.tools);
    if (known && isSame(known, source, options)) return known;
    const part = makePart(source, options, call);
    parts.set(source.tools, part);
    return part;
  }

  return (sources, options = {}) => {
    // A set without a prototype: a tool named `__proto__` is a tool like any other.
    const set = Object.create(null) as MCPAIToolSet;
    const all = sources.map((source) => partOf(source, options)).sort((a, b) => (a.first < b.first ? -1 : 1));
    for (const tools of inOrder(all)) {
      tools.forEach((tool, key) => {
        set[key] = { ...tool };
      });
    }
    return set;
  };
}

function isSame({ source, options }: Part, next: AIToolSource, asked: AIToolsOptions): boolean {
  return (
    source.serverId === next.serverId &&
    source.verdicts === next.verdicts &&
    options.timeout === asked.timeout &&
    options.progress === asked.progress
  );
}

function makePart(source: AIToolSource, options: AIToolsOptions, call: CallAITool): Part {
  const { serverId, verdicts } = source;
  const host = { serverId, call, options };
  const offered = source.tools.filter(({ name }) => {
    const verdict = verdicts.exceptions.get(name) ?? verdicts.otherwise;
    return verdict === "allow" || verdict === "ask";
  });
  const byKey = new Map<string, Tool>();
  const names = offered.map(({ name }) => name);
  toolKeys(serverId, names).forEach((key, index) => {
    const tool = offered[index];
    if (tool) byKey.set(key, tool);
  });
  const keys = [...byKey.keys()].sort();
  const tools = new Map<string, MCPAITool>();
  for (const key of keys) {
    const tool = byKey.get(key);
    if (!tool) continue;
    const verdict = verdicts.exceptions.get(tool.name) ?? verdicts.otherwise;
    tools.set(key, toAITool(tool, verdict === "ask", host));
  }
  return { source, options, tools, first: keys[0] ?? "", last: keys.at(-1) ?? "" };
}

/** Keys begin with their server's id, so whole parts nearly always follow each other. */
function inOrder(parts: readonly Part[]): readonly ReadonlyMap<string, MCPAITool>[] {
  const follow = parts.every(
    ({ first }, index) => index === 0 || (parts[index - 1]?.last ?? "") < first || first === "",
  );
  if (follow) return parts.map(({ tools }) => tools);
  const entries = parts.flatMap(({ tools }) => [...tools]);
  return [new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)))];
}
