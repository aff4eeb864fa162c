// Answers what a server of the newest revision wants to know before it goes on, and asks again, until there is a result.
import type { ElicitRequest, JsonObject } from "@agents-internal/protocol";
import type { People, Round } from "../elicitation/people.ts";
import { McpError } from "../errors.ts";
import { isRecord } from "../is-record.ts";
import type { RpcParams } from "../transport/json-rpc.ts";
import { wait } from "../transport/wait.ts";
import { type Answers, isAnnounced, refusal } from "./answer-questions.ts";
import type { CallUnderWay } from "./calls-under-way.ts";
import type { Keeping, StoredRound } from "./keeping.ts";
import { readSampling } from "./protocol/question-shape.ts";
import { isInputRequired, questionsOf } from "./protocol/result.ts";

const MAX_ROUNDS = 10;
const MAX_INPUTS = 32;
/** ms before a server is asked again that wanted to know nothing, only to be asked again. */
const PACE = 250;

export interface InputRequiredDeps {
  readonly serverId: string;
  readonly capabilities: JsonObject;
  readonly answers: Answers;
  readonly people: People | undefined;
}

/** The result of a stored call that was put to people. */
export const ASKED = Symbol("asked");

/** What is sent along with the same request. */
export type Inputs = { readonly inputResponses?: JsonObject; readonly requestState?: string };

/**
 * `send` once and for each round of questions (MCP specification 2026-07-28, "Multi Round-Trip Requests").
 *
 * Rejects with `McpError` or what `send` and a question that cannot be answered reject with.
 */
export async function untilComplete(
  deps: InputRequiredDeps,
  call: CallUnderWay,
  request: Pick<Round, "method" | "params">,
  send: (inputs: Inputs) => Promise<RpcParams>,
  { callId = null, stored }: Keeping = {},
): Promise<unknown> {
  let result = stored ? toResult(stored.round) : await send({});
  let given = stored?.answers ?? {};
  for (let rounds = 0; isInputRequired(result); rounds += 1) {
    if (rounds === MAX_ROUNDS) throw new McpError("protocol-error", { detail: "The server never stopped asking." });
    const requestState = typeof result.requestState === "string" ? result.requestState : null;
    const resume = call.pause();
    try {
      const round: Round = {
        ...request,
        inputRequests: questionsOf(result.inputRequests) as JsonObject,
        requestState,
      };
      const inputResponses = await answerRound(deps, call, { round, answers: given }, callId);
      if (inputResponses === "posted") return ASKED;
      const inputs = { ...(inputResponses && { inputResponses }), ...(requestState !== null && { requestState }) };
      given = {};
      resume();
      result = await send(inputs);
    } finally {
      resume();
    }
  }
  return result;
}

/**
 * All questions at once; the first that cannot be answered takes the others back. `null`: there are none. `"posted"`: the call is
 * stored, so nothing has to stay in memory until people have answered; other questions are asked when it is gone on with.
 */
async function answerRound(
  deps: InputRequiredDeps,
  call: CallUnderWay,
  { round, answers: given }: StoredRound,
  callId: string | null,
): Promise<JsonObject | "posted" | null> {
  const all = Object.entries(round.inputRequests);
  if (all.length === 0) {
    await wait(PACE, call.signal);
    return null;
  }
  const questions = all.filter(([key]) => !Object.hasOwn(given, key));
  if (questions.length > MAX_INPUTS) throw refusal("These are too many questions.");
  const { people, serverId } = deps;
  const isForPeople = ([, question]: readonly [string, unknown]): boolean =>
    isElicitation(deps.capabilities, question) && deps.answers.asksPeople(elicitationOf(question));
  const forPeople = questions.filter(isForPeople);
  const stopped = { serverId, callId };
  const kept = forPeople.length > 0 ? ((await people?.keepRound(round, given, stopped)) ?? null) : null;
  if (kept !== null && callId !== null) {
    if (call.signal.aborted) throw new McpError("aborted");
    for (const [key, question] of forPeople) {
      deps.answers.post(elicitationOf(question), { call: call.name, round: { id: kept, key } });
    }
    return "posted";
  }
  const together = new AbortController();
  const abort = (): void => together.abort();
  call.signal.addEventListener("abort", abort, { once: true });
  if (call.signal.aborted) abort();
  try {
    const answered = await Promise.all(
      questions.map(async ([key, question]) => {
        const kind = { id: kept, key, call: call.name, signal: together.signal };
        return [key, await answerOne(deps, question, kind)] as const;
      }),
    );
    return { ...given, ...Object.fromEntries(answered) } as JsonObject;
  } catch (thrown) {
    abort();
    throw thrown;
  } finally {
    call.signal.removeEventListener("abort", abort);
    if (kept !== null) people?.endRound(kept);
  }
}

function toResult({ inputRequests, requestState }: Round): RpcParams {
  return { resultType: "input_required", inputRequests, ...(requestState !== null && { requestState }) };
}

interface Asked {
  readonly id: string | null;
  readonly key: string;
  readonly call: string | null;
  readonly signal: AbortSignal;
}

/** Rejects where nobody answers such a question. */
export async function answerOne(
  deps: InputRequiredDeps,
  question: unknown,
  { id, key, call, signal }: Asked,
): Promise<object> {
  const { capabilities, answers } = deps;
  const method = isRecord(question) ? question.method : undefined;
  if (isElicitation(capabilities, question)) {
    const round = id === null ? undefined : { id, key };
    return answers.elicitation(elicitationOf(question), { call, signal, round });
  }
  if (method === "sampling/createMessage" && capabilities.sampling !== undefined) {
    const asked = readSampling(isRecord(question) ? question.params : null);
    if (asked === null) throw refusal("This is no sampling request.");
    return answers.sampling(asked, signal);
  }
  if (method === "roots/list" && capabilities.roots !== undefined) return answers.roots(signal);
  throw refusal("This kind of question is not supported.");
}

/** An elicitation of a mode the server was told of. */
function isElicitation(capabilities: JsonObject, question: unknown): boolean {
  if (!isRecord(question) || question.method !== "elicitation/create") return false;
  return isAnnounced(capabilities, elicitationOf(question).mode);
}

/** What of it handlers rely on is there, whatever was sent. */
function elicitationOf(question: unknown): ElicitRequest["params"] {
  const params = isRecord(question) && isRecord(question.params) ? question.params : {};
  const { message, mode, url, requestedSchema } = params;
  const text = typeof message === "string" ? message : "";
  if (mode === "url") return { ...params, mode, message: text, url: typeof url === "string" ? url : "" };
  const schema = isRecord(requestedSchema) ? requestedSchema : { type: "object", properties: {} };
  return { ...params, mode: "form", message: text, requestedSchema: schema as JsonObject };
}
