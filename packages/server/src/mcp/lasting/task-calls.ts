// Calls that a server made a task of: asked after, answered when it asks, taken back when nobody wants them any more.
import type { JsonObject, Tool } from "@agents-internal/protocol";
import { McpError } from "../errors.ts";
import type { Clock } from "../ports.ts";
import type { Session } from "../session/session.ts";
import type { Task, TaskState } from "../session/task.ts";
import type { CallDriver, CallOutcome, Step, TaskContinuation, WorkingCall } from "./lasting-call.ts";
import { MIN_PACE, nextPoll, taskPace } from "./task-pace.ts";
import { createTaskQuestions, type TaskQuestions } from "./task-questions.ts";

const INVALID_PARAMS = -32_602;
/** ms for which a task that should have expired is still asked after: clocks differ. */
const GRACE_MS = 30_000;
/** ms until a server that was told an answer is asked whether it goes on. */
const AFTER_ANSWER_MS = 500;
/** Questions at once; a server that asks more is not served. */
const MAX_QUESTIONS = 32;

export interface TaskCallsDeps {
  readonly clock: Clock;
  readonly over: <T>(serverId: string, call: (session: Session) => Promise<T>) => Promise<T>;
  readonly toolOf: (serverId: string, name: string) => Tool | null;
  /** Make the next step of a call now. */
  readonly nudge: (callId: string) => void;
  /** Keep the host awake until `work` ends. */
  readonly background: (work: Promise<unknown>) => void;
}

interface Awaited {
  readonly abort: AbortController;
  outcome: CallOutcome | null;
}

export interface TaskCalls extends CallDriver<TaskContinuation> {
  /** How a call goes on that was answered with this task. */
  adopt(task: Task): Extract<Step, { kind: "waiting" }> & { readonly continuation: TaskContinuation };
  /** A server says by itself that a task has changed. What it says is not believed: the task is asked after now. */
  heard(serverId: string, taskId: string): void;
}

export function createTaskCalls({ clock, over, toolOf, nudge, background }: TaskCallsDeps): TaskCalls {
  const questions = new Map<string, TaskQuestions>();
  /** Legacy era: what the server asks reaches us while we wait for its result. */
  const awaited = new Map<string, Awaited>();

  /** By call, while this life of the host knows of them. */
  const followed = new Map<string, { readonly serverId: string; readonly taskId: string; askedAt: number }>();

  const failed = (error: McpError): Step => ({ kind: "settled", outcome: { kind: "failed", error } });

  function questionsOf(callId: string): TaskQuestions {
    const known = questions.get(callId) ?? createTaskQuestions(() => nudge(callId));
    questions.set(callId, known);
    return known;
  }

  async function ask(
    { id, serverId, name: call }: WorkingCall,
    asked: JsonObject,
    answered: readonly string[],
  ): Promise<void> {
    const open = Object.entries(asked).filter(([name]) => !answered.includes(name));
    if (open.length > MAX_QUESTIONS) throw new McpError("invalid-response", { detail: "It asks too much at once." });
    const answer = await over(serverId, async (session) => session.answerQuestion);
    const byName = Object.fromEntries(open);
    questionsOf(id).wanted(byName, (name, signal) => answer(byName[name] ?? null, { name, call, signal }));
  }

  /** Waits beside the steps, so that neither an alarm nor a cancellation has to wait for a person. */
  function awaitResult({ id, serverId, name, deadline }: WorkingCall, { taskId }: TaskContinuation): void {
    if (awaited.has(id)) return;
    const waiting: Awaited = { abort: new AbortController(), outcome: null };
    awaited.set(id, waiting);
    const options = { signal: waiting.abort.signal, timeout: Math.max(1, deadline - clock.now()) };
    const work = over(serverId, (session) => session.awaitTask(taskId, toolOf(serverId, name), options));
    const isCurrent = (): boolean => awaited.get(id) === waiting;
    background(
      work
        .then((state) => {
          waiting.outcome = toOutcome(state, serverId);
          return isCurrent() && nudge(id);
        })
        // The stream broke, or the call is over: it is asked after again in its time.
        .catch(() => isCurrent() && awaited.delete(id)),
    );
  }

  async function takeBack(serverId: string, { taskId }: TaskContinuation): Promise<void> {
    await over(serverId, (session) => session.cancelTask(taskId));
  }

  /** What was answered meanwhile is sent, and noted before anything else happens; `null`: nothing was. */
  async function deliver({ id, serverId }: WorkingCall, continuation: TaskContinuation): Promise<Step | null> {
    const { failure = null } = questions.get(id) ?? {};
    if (failure !== null) {
      // The work would wait for an answer for ever.
      background(takeBack(serverId, continuation));
      return failed(failure);
    }
    const answers = questions.get(id)?.answers() ?? {};
    const names = Object.keys(answers);
    if (names.length === 0) return null;
    await over(serverId, (session) => session.updateTask(continuation.taskId, answers));
    questions.get(id)?.delivered(names);
    return {
      kind: "waiting",
      continuation: { ...continuation, answered: [...continuation.answered, ...names] },
      dueAt: clock.now() + AFTER_ANSWER_MS,
    };
  }

  async function look(call: WorkingCall, before: TaskContinuation): Promise<Step> {
    const { id, serverId, name, createdAt } = call;
    const { taskId, answered } = before;
    const task = await over(serverId, (session) => session.getTask(taskId, toolOf(serverId, name)));
    const { state, ttl, pollInterval, message } = task;
    const outcome = toOutcome(state, serverId);
    if (outcome !== null) return { kind: "settled", outcome };
    const now = clock.now();
    const expiresAt = ttl === null ? null : createdAt + ttl;
    if (expiresAt !== null && now >= expiresAt + GRACE_MS) {
      background(takeBack(serverId, before));
      return failed(new McpError("call-expired", { serverId }));
    }
    const asks = state.kind === "asks";
    if (asks && state.questions === null) awaitResult(call, before);
    else if (asks || questions.has(id)) await ask(call, asks ? (state.questions ?? {}) : {}, answered);
    const after: TaskContinuation = { ...before, expiresAt, pollInterval };
    return {
      kind: "waiting",
      ...(JSON.stringify(after) !== JSON.stringify(before) && { continuation: after }),
      dueAt: nextPoll(pollInterval, { now, createdAt, expiresAt }, asks),
      message,
      asks,
    };
  }

  return {
    adopt({ taskId, ttl, pollInterval, message }) {
      const now = clock.now();
      const expiresAt = ttl === null ? null : now + ttl;
      return {
        kind: "waiting",
        continuation: { kind: "task", taskId, expiresAt, pollInterval, answered: [] },
        dueAt: nextPoll(pollInterval, { now, createdAt: now, expiresAt }, false),
        message,
      };
    },
    heard(serverId, taskId) {
      for (const [callId, task] of followed) {
        if (task.serverId !== serverId || task.taskId !== taskId) continue;
        // However often it says so.
        if (clock.now() - task.askedAt >= MIN_PACE) nudge(callId);
      }
    },
    took({ id, serverId }, { taskId }) {
      if (!followed.has(id)) followed.set(id, { serverId, taskId, askedAt: 0 });
    },
    pace: ({ pollInterval }) => taskPace(pollInterval, { now: 0, createdAt: 0 }),
    async step(call, continuation) {
      const { id, serverId } = call;
      followed.set(id, { serverId, taskId: continuation.taskId, askedAt: clock.now() });
      const outcome = awaited.get(id)?.outcome ?? null;
      if (outcome !== null) return { kind: "settled", outcome };
      try {
        return (await deliver(call, continuation)) ?? (await look(call, continuation));
      } catch (thrown) {
        const error = McpError.from(thrown);
        if (error.code !== "protocol-error" || error.rpcCode !== INVALID_PARAMS) throw error;
        const isExpired = continuation.expiresAt !== null && clock.now() >= continuation.expiresAt;
        return failed(new McpError(isExpired ? "call-expired" : "call-forgotten", { serverId, cause: error }));
      }
    },
    cancel: ({ serverId }, continuation) => takeBack(serverId, continuation),
    release(callId) {
      followed.delete(callId);
      questions.get(callId)?.withdrawAll();
      questions.delete(callId);
      awaited.get(callId)?.abort.abort(new McpError("aborted"));
      awaited.delete(callId);
    },
  };
}

function toOutcome(state: TaskState, serverId: string): CallOutcome | null {
  switch (state.kind) {
    case "completed":
      return { kind: "completed", result: state.result };
    case "failed":
      return { kind: "failed", error: state.error };
    case "cancelled":
      return { kind: "failed", error: new McpError("aborted", { detail: "The server ended it.", serverId }) };
    default:
      return null;
  }
}
