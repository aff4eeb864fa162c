// One thing asked for by a person: whether it is under way, what came of it, what went wrong.
import { useState } from "react";
import { type Problem, problemOf } from "./problem.ts";

export interface Task<Input extends readonly unknown[], Output> {
  readonly running: boolean;
  readonly output: Output | null;
  readonly problem: Problem | null;
  readonly run: (...input: Input) => Promise<void>;
}

export function useTask<Input extends readonly unknown[], Output>(
  act: (...input: Input) => Promise<Output>,
): Task<Input, Output> {
  const [running, setRunning] = useState(false);
  const [ended, setEnded] = useState<{ readonly output: Output | null; readonly problem: Problem | null }>({
    output: null,
    problem: null,
  });
  const run = async (...input: Input) => {
    setRunning(true);
    try {
      setEnded({ output: await act(...input), problem: null });
    } catch (thrown) {
      setEnded({ output: null, problem: problemOf(thrown) });
    }
    setRunning(false);
  };
  return { running, ...ended, run };
}
