// What an answer is: a result, a question before there is one, a task, or a refusal.
import { McpError } from "../../errors.ts";
import type { RpcAnswer, RpcParams } from "../../transport/json-rpc.ts";
import { isRecord } from "../../is-record.ts";
import { RpcError } from "./rpc-error.ts";

/** The server wants to know something first (2026-07-28, "Multi Round-Trip Requests"). */
export interface InputRequired {
  readonly resultType: "input_required";
  readonly inputRequests?: unknown;
  readonly requestState?: unknown;
}

export function isInputRequired(result: RpcParams): result is RpcParams & InputRequired {
  return result.resultType === "input_required";
}

/** What a request was answered with, where that was a task (`io.modelcontextprotocol/tasks`); else `null`. */
export function taskOf(result: unknown): RpcParams | null {
  return isRecord(result) && result.resultType === "task" ? result : null;
}

/**
 * The result; `resultType` stays only on what is not complete. Of earlier revisions every result is.
 *
 * Throws `RpcError` for a refusal, `McpError` for what is no result of the revision.
 */
export function readResult(answer: RpcAnswer, isModern: boolean): RpcParams {
  if ("error" in answer) throw new RpcError(answer.error.code, answer.error.message, answer.error.data);
  const { result } = answer;
  if (result.resultType === undefined) return result;
  const { resultType, ...rest } = result;
  if (!isModern || resultType === "complete") return rest;
  if (resultType === "task") return result;
  if (resultType !== "input_required") {
    throw new McpError(typeof resultType === "string" ? "protocol-error" : "invalid-response", {
      detail: "It is a kind of result that nobody knows.",
    });
  }
  if (typeof rest.requestState !== "string" && Object.keys(questionsOf(rest.inputRequests)).length === 0) {
    throw new McpError("invalid-response", { detail: "It asks for nothing." });
  }
  return result;
}

export function questionsOf(inputRequests: unknown): Readonly<Record<string, unknown>> {
  return isRecord(inputRequests) ? inputRequests : {};
}
