// Calls that were answered with questions for people: stored with what to send again, and sent when the last one is answered.
import type { ElicitResult, JsonObject, Tool } from "@agents-internal/protocol";
import type { CallQuestions, StoredRounds } from "../elicitation/people.ts";
import { McpError } from "../errors.ts";
import type { Clock, Log } from "../ports.ts";
import type { Session, ToolAnswer } from "../session/session.ts";
import { isRecord } from "../is-record.ts";
import type { CallStore } from "./call-store.ts";
import { type AskedContinuation, type CallDriver, isWorking, type Step } from "./lasting-call.ts";
import type { LastingCalls } from "./lasting-calls.ts";
import type { SentCalls } from "./sent-calls.ts";

/** UTF-16 code units; a larger round is not stored. */
const MAX_ROUND = 256_000;
/** ms that a call has left when its last question expires. */
const AFTER_ANSWER = 600_000;

export interface AskedCallsDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: CallStore;
  /** Asked late: they need each other. */
  readonly calls: () => LastingCalls;
  readonly questions: () => CallQuestions;
  readonly sent: SentCalls;
  readonly over: <T>(serverId: string, call: (session: Session) => Promise<T>) => Promise<T>;
  readonly toolOf: (serverId: string, name: string) => Tool | null;
  /** Throws `tool-denied`, `tool-held`: it was decided otherwise since the call was begun. */
  readonly checkTool: (serverId: string, name: string) => void;
  /** How a call goes on after an answer of its server. */
  readonly toStep: (answer: Exclude<ToolAnswer, { kind: "asked" }>) => Step;
  /** ms that people have. */
  readonly answerWithin: () => number;
}

export interface AskedCalls extends CallDriver<AskedContinuation>, StoredRounds {}

export function createAskedCalls(deps: AskedCallsDeps): AskedCalls {
  const { clock, log, store, sent } = deps;
  /** Calls whose asker is alive, and takes the answers itself. */
  const attended = new Set<string>();
  /** Answers are written one after the other: each is added to those before it. */
  let writing: Promise<unknown> = Promise.resolve();

  const asking = (continuation: AskedContinuation): Step => ({
    kind: "waiting",
    continuation,
    dueAt: null,
    asks: true,
  });
  const onItsWay = (): Step => ({
    kind: "waiting",
    continuation: { kind: "sent" },
    dueAt: sent.firstLook(),
    asks: false,
  });

  function isUnderWay(callId: string): boolean {
    const record = store.get(callId);
    return record !== null && isWorking(record);
  }

  async function keep(callId: string, key: string, result: ElicitResult): Promise<void> {
    const record = store.get(callId);
    const part = record === null || !isWorking(record) ? null : await store.open(record);
    if (part?.kind !== "asked" || Object.hasOwn(part.answers, key)) return;
    const answers: JsonObject = { ...part.answers, [key]: result as JsonObject };
    await deps.calls().apply(callId, asking({ ...part, answers }));
  }

  return {
    async keepRound(round, answers, { serverId, callId }) {
      const { name } = round.params;
      // Only what a tool comes to is kept for whoever looks for it later.
      if (round.method !== "tools/call" || typeof name !== "string") return null;
      if (JSON.stringify(round).length > MAX_ROUND) return null;
      const continuation: AskedContinuation = { kind: "asked", round, answers };
      try {
        if (callId !== null) {
          await deps.calls().apply(callId, asking(continuation));
          return callId;
        }
        const deadline = clock.now() + deps.answerWithin() + AFTER_ANSWER;
        const call = { serverId, name, deadline, detached: false, continuation, dueAt: null, asks: true };
        const id = await deps.calls().begin(call);
        attended.add(id);
        return id;
      } catch (thrown) {
        log.warn("mcp-questions-not-kept", { serverId, code: McpError.from(thrown).code });
        return null;
      }
    },
    endRound(id) {
      attended.delete(id);
      deps.calls().drop(id);
    },
    keepAnswer(callId, key, result) {
      const next = writing.then(() => keep(callId, key, result));
      writing = next.catch(() => undefined);
      return next;
    },
    goOn(callId) {
      if (!deps.questions().areOpen(callId)) deps.calls().nudge(callId);
    },
    canGoOn: isUnderWay,
    async step({ id, serverId, name, deadline }, { round, answers }) {
      if (attended.has(id) || deps.questions().areOpen(id)) return { kind: "waiting", dueAt: null };
      // First the row, then the request: a call that was sent is not sent again.
      await deps.calls().apply(id, onItsWay());
      // Cancelled, or its server removed, while that was written.
      if (!isUnderWay(id)) return { kind: "waiting", dueAt: null };
      const sending = sent.track(id, async (signal) => {
        const options = { signal, timeout: Math.max(1, deadline - clock.now()) };
        const { arguments: given } = round.params;
        const again = {
          name,
          arguments: isRecord(given) ? given : {},
          tool: deps.toolOf(serverId, name),
          callId: id,
          stored: { round, answers },
        };
        deps.checkTool(serverId, name);
        const answer = await deps.over(serverId, (session) => session.callTool(again, options));
        // People are asked once more, and the call is stored as it stands then.
        return answer.kind === "asked" ? null : deps.toStep(answer);
      });
      deps.calls().follow(id, sending);
      return { kind: "waiting", dueAt: sent.firstLook() };
    },
    pace: () => 0,
    // The server keeps nothing of a call that it answered with questions.
    cancel: () => Promise.resolve(),
    release(callId) {
      attended.delete(callId);
      deps.questions().withdrawCall(callId);
    },
  };
}
