// Under which keys the host keeps the engine's alarms. Stored with them: a name that was ever used keeps its meaning.

/** `retry`, `flow` and `renew` are of a server, `call` and `elicitation` of a row of their own, `lookout` is of the host. */
export type AlarmName = "retry" | "flow" | "renew" | "call" | "elicitation" | "lookout";

const NAMES: readonly AlarmName[] = ["retry", "flow", "renew", "call", "elicitation", "lookout"];

/** `id`: of the server, the call or the question; empty for the host's own. */
export function alarmKey(name: AlarmName, id: string): string {
  return `mcp:${name}:${id}`;
}

/** `null` for a key that is none of ours. */
export function readAlarmKey(key: string): { readonly name: AlarmName; readonly id: string } | null {
  const [prefix, given, ...id] = key.split(":");
  const name = NAMES.find((known) => known === given);
  return prefix !== "mcp" || name === undefined ? null : { name, id: id.join(":") };
}
