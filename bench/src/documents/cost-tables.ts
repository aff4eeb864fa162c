// The costs of a thousand people, as docs/scale.md shows them.
import { type Bound, type Cost, costOf, type Kind } from "./cost-model.ts";
import type { Figures, Pair } from "./figures.ts";
import { rounded, table } from "./markdown.ts";

interface Column {
  readonly head: string;
  readonly side: keyof Pair;
  readonly bound: Bound;
  /** Where streams are refused, it is as if servers had none. */
  readonly as?: Kind;
}

const COLUMNS: Readonly<Record<Kind, readonly Column[]>> = {
  streams: [
    { head: "`agents` 0.32.0, streams held for ever", side: "reference", bound: "most" },
    { head: "`agents` 0.32.0, ended once", side: "reference", bound: "least" },
    { head: "this package", side: "ours", bound: "least" },
    { head: '… with `listen: "never"`', side: "ours", bound: "least", as: "plain" },
  ],
  plain: [
    { head: "`agents` 0.32.0", side: "reference", bound: "least" },
    { head: "this package", side: "ours", bound: "least" },
  ],
};

const LINES: readonly { readonly label: string; show(cost: Cost): string }[] = [
  { label: "requests to objects", show: ({ requests }) => rounded(requests) },
  { label: "rows read", show: ({ rowsRead }) => rounded(rowsRead) },
  { label: "rows written", show: ({ rowsWritten }) => rounded(rowsWritten) },
  { label: "time in memory, GB-s", show: ({ gigabyteSeconds }) => rounded(gigabyteSeconds) },
  { label: "stored, GB", show: ({ storedGigabytes }) => rounded(storedGigabytes) },
  { label: "**billed, before what is included**", show: ({ total }) => `**$${total.toFixed(2)}**` },
  { label: "not billed: requests to MCP servers", show: ({ serverRequests }) => rounded(serverRequests) },
  {
    label: "not billed: sent to pages, GB",
    show: ({ sentGigabytes: sent }) => (sent === undefined ? "not measured" : rounded(sent)),
  },
];

const TITLES: Readonly<Record<Kind, string>> = {
  streams: "Servers that keep a session with a stream",
  plain: "Servers without",
};

export function costTables(figures: Figures): string {
  const kinds: readonly Kind[] = ["streams", "plain"];
  return kinds.map((kind) => costTable(figures, kind)).join("\n\n");
}

function costTable(figures: Figures, kind: Kind): string {
  const columns = COLUMNS[kind].map(({ head, side, bound, as = kind }) => ({
    head,
    cost: costOf(figures, side, as, bound),
  }));
  const shown = (line: (typeof LINES)[number]) =>
    columns.map(({ cost }) => (cost === undefined ? "not measured" : line.show(cost)));
  return table(
    [TITLES[kind], ...columns.map(({ head }) => head)],
    LINES.map((line) => [line.label, ...shown(line)]),
  );
}
