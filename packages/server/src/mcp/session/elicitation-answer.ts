// A person's answer in the types of the protocol client.
import type { ElicitResult } from "@agents-internal/protocol";

type WireContent = Record<string, string | number | boolean | string[]>;

/** The client's types are mutable. */
export function elicitationToWire(answer: ElicitResult): { action: ElicitResult["action"]; content?: WireContent } {
  if (answer.action !== "accept" || answer.content === undefined) return { action: answer.action };
  const content = Object.entries(answer.content).map(([name, value]): [string, WireContent[string]] => [
    name,
    typeof value === "object" ? [...value] : value,
  ]);
  return { action: "accept", content: Object.fromEntries(content) };
}
