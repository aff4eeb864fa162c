// Ports under a test's control: its own clock, ids, alarms and network.
import { randomBytes } from "node:crypto";
import type { LogFacts, McpPorts } from "../../src/mcp/ports.ts";
import { createNodeDatabase, type NodeDatabase } from "./node-database.ts";

export interface FakePorts extends McpPorts {
  readonly sql: NodeDatabase;
  /** Every line logged, as text. */
  readonly lines: string[];
  /** Alarms that are set: key → due time in ms. */
  readonly due: Map<string, number>;
  advance(ms: number): void;
  /** Resolves when all background work known so far has ended. */
  settled(): Promise<void>;
}

export function createFakePorts(overrides: Partial<McpPorts> = {}): FakePorts {
  let now = Date.UTC(2026, 0, 1);
  let counter = 0;
  const lines: string[] = [];
  const due = new Map<string, number>();
  const background = new Set<Promise<unknown>>();
  const write = (event: string, facts?: LogFacts) => void lines.push(`${event} ${JSON.stringify(facts ?? {})}`);
  return {
    sql: createNodeDatabase(),
    clock: { now: () => now },
    ids: {
      id: () => `id${(counter += 1)}`,
      secret: () => randomBytes(32).toString("base64url"),
    },
    fetch: (request) => fetch(request),
    alarms: { set: (key, dueAt) => void due.set(key, dueAt), cancel: (key) => void due.delete(key) },
    log: { info: write, warn: write },
    identity: { className: "TestAgent", instance: "test" },
    background: (work) => {
      const tracked = work.catch(() => undefined).finally(() => background.delete(tracked));
      background.add(tracked);
    },
    lines,
    due,
    advance: (ms) => void (now += ms),
    settled: async () => {
      while (background.size > 0) await Promise.all(background);
    },
    ...overrides,
  } as FakePorts;
}
