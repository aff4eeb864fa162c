// One JSON line on the console for each thing worth knowing.
import type { Log, LogFacts } from "../mcp/ports.ts";

export function createConsoleLog(always: LogFacts): Log {
  const line = (event: string, facts?: LogFacts): string => JSON.stringify({ event, ...always, ...facts });
  return {
    info: (event, facts) => console.log(line(event, facts)),
    warn: (event, facts) => console.warn(line(event, facts)),
  };
}

/** Something an author did not catch. The stack is for the log alone. */
export function logError(agent: string, thrown: unknown): void {
  const facts = thrown instanceof Error ? { error: thrown.message, stack: thrown.stack } : { error: String(thrown) };
  console.error(JSON.stringify({ event: "agent-error", agent, ...facts }));
}
