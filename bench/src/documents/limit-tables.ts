// What measured figures say of a million agents, of a hundred servers on one, and of ten thousand clients of one.
import type { Figures, Pair } from "./figures.ts";
import { rounded, table } from "./markdown.ts";
import { PRICES } from "./cost-model.ts";

const AGENTS = 1e6;
const SOCKETS = { measured: 2000, asked: 10_000 } as const;

type Line = readonly [label: string, figure: Pair | undefined, show: (value: number) => string];

export function millionTable(figures: Figures): string {
  return lines("A million agents", [
    [
      "to begin: rows written, 5 servers each",
      figures("visit", "plain begin written"),
      (rows) => rounded(rows * AGENTS),
    ],
    [
      "the same, in dollars, once",
      figures("visit", "plain begin written"),
      (rows) => dollars(rows * PRICES.rowsWritten),
    ],
    ["stored, GB", figures("visit", "plain begin stored"), (kilobytes) => rounded((kilobytes * AGENTS) / 1e6)],
    [
      "the same, in dollars a month",
      figures("visit", "plain begin stored"),
      (kilobytes) => dollars(((kilobytes * AGENTS) / 1e6) * PRICES.stored),
    ],
    [
      "each has a page opened, its lists five minutes old: alarms",
      figures("visit", "plain open alarms"),
      (alarms) => rounded(alarms * AGENTS),
    ],
    [
      "the same: requests to MCP servers, 5 each",
      figures("visit", "plain open requests"),
      (requests) => rounded(requests * AGENTS),
    ],
    [
      "all wake at once, as after a deployment, 20 servers each: requests to MCP servers",
      figures("wake", "requests"),
      (requests) => rounded(requests * AGENTS),
    ],
    ["the same: CPU, hours", figures("wake", "cpu"), (ms) => rounded((ms * AGENTS) / 3.6e6)],
    ["a cold start to the first answer, ms", figures("cold-start", "wall"), rounded],
  ]);
}

export function hundredTable(figures: Figures): string {
  const of = (key: string) => figures("hundred-servers", key);
  return lines("A hundred servers with ten tools each", [
    ["the state in one frame, kB", of("state"), rounded],
    ["connecting: MCP bytes to one client, kB", of("bytes"), rounded],
    ["connecting: rows written", of("written"), rounded],
    ["connecting: rows read", of("read"), rounded],
    ["connecting: HTTP requests", of("requests"), rounded],
    ["until all are ready, six at a time, answers 50 ms late: s", of("wall"), (ms) => rounded(ms / 1000)],
    ["connecting: CPU, s", of("cpu"), (ms) => rounded(ms / 1000)],
    ["a wake: HTTP requests", of("wake requests"), rounded],
    ["a wake: rows read", of("wake read"), rounded],
    ["a wake: until the page has all tools, ms", of("wake wall"), rounded],
  ]);
}

export function socketTable(figures: Figures): string {
  const times = SOCKETS.asked / SOCKETS.measured;
  const of = (key: string) => figures("many-sockets", key);
  return lines(`${rounded(SOCKETS.asked)} clients of one agent (${times} × what ${rounded(SOCKETS.measured)} took)`, [
    ["all connect: CPU, s", of("cpu"), (ms) => rounded((ms * SOCKETS.asked) / 1000)],
    ["`setState` of 1 kB: CPU, ms", of("state cpu"), (ms) => rounded(ms * times)],
    ["one server's `list_changed`, ten tools: MB sent", of("changed bytes"), (megabytes) => rounded(megabytes * times)],
    ["one server's `list_changed`, ten tools: CPU, ms", of("changed cpu"), (ms) => rounded(ms * times)],
    [
      "a message of one wakes the agent: messages to the others",
      of("wake messages"),
      (count) => rounded(count * times),
    ],
    ["a message of one wakes the agent: CPU, ms", of("wake cpu"), (ms) => rounded(ms * times)],
    ["resident memory of workerd a client, kB", of("memory"), rounded],
  ]);
}

function lines(title: string, all: readonly Line[]): string {
  const shown = (figure: Pair | undefined, side: keyof Pair, show: (value: number) => string) =>
    figure === undefined ? "not measured" : show(figure[side]);
  return table(
    [title, "`agents` 0.32.0", "this package"],
    all.map(([label, figure, show]) => [label, shown(figure, "reference", show), shown(figure, "ours", show)]),
  );
}

const dollars = (value: number): string => `$${rounded(value)}`;
