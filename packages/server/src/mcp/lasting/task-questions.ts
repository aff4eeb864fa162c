// The questions of one task in this life of the host: each put to somebody once, answered once, withdrawn when the server does.
import type { JsonObject } from "@agents-internal/protocol";
import { McpError } from "../errors.ts";

export interface TaskQuestions {
  /** What the server wants to know by now. New ones are asked, those that are gone are withdrawn. */
  wanted(questions: JsonObject, ask: (name: string, signal: AbortSignal) => Promise<JsonObject>): void;
  /** Answers that were not delivered yet. */
  answers(): JsonObject;
  /** Why a question cannot be answered. */
  readonly failure: McpError | null;
  delivered(names: readonly string[]): void;
  withdrawAll(): void;
}

/** `changed` is called when there is an answer, or none to be had. */
export function createTaskQuestions(changed: () => void): TaskQuestions {
  const open = new Map<string, AbortController>();
  const answers = new Map<string, JsonObject>();
  let failure: McpError | null = null;

  async function put(name: string, ask: (signal: AbortSignal) => Promise<JsonObject>): Promise<void> {
    const controller = new AbortController();
    open.set(name, controller);
    try {
      const answer = await ask(controller.signal);
      if (controller.signal.aborted) return;
      answers.set(name, answer);
    } catch (thrown) {
      if (controller.signal.aborted) return;
      failure = McpError.from(thrown);
    }
    open.delete(name);
    changed();
  }

  function withdraw(name: string): void {
    open.get(name)?.abort(new McpError("aborted"));
    open.delete(name);
  }

  return {
    wanted(questions, ask) {
      for (const name of open.keys()) if (!Object.hasOwn(questions, name)) withdraw(name);
      for (const name of Object.keys(questions)) {
        if (!open.has(name) && !answers.has(name)) void put(name, (signal) => ask(name, signal));
      }
    },
    answers: () => Object.fromEntries(answers),
    get failure() {
      return failure;
    },
    delivered(names) {
      for (const name of names) answers.delete(name);
    },
    withdrawAll() {
      for (const name of [...open.keys()]) withdraw(name);
      answers.clear();
    },
  };
}
