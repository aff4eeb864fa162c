// Hands a server's questions to the developer's handler, pushed ones and those of an `input_required` result alike.
import type { ElicitRequest, ElicitResult, ElicitValue, JsonObject } from "@agents-internal/protocol";
import { type Client, type ClientCapabilities, ProtocolError, ProtocolErrorCode } from "@modelcontextprotocol/client";
import type { ElicitationHandlers } from "../elicitation.ts";
import { McpError } from "../errors.ts";
import type { Log } from "../ports.ts";
import { isRecord } from "../transport/json-rpc.ts";

export interface ElicitationPort {
  readonly serverId: string;
  readonly log: Log;
  /** Asked anew for each question, so that handlers set later apply to live sessions. */
  readonly handlers: () => ElicitationHandlers;
}

/** What is announced: the developer's own words, else what there are handlers for. */
export function withElicitation(capabilities: JsonObject | undefined, handlers: ElicitationHandlers): JsonObject {
  const modes = { ...(handlers.form && { form: {} }), ...(handlers.url && { url: {} }) };
  const derived = Object.keys(modes).length > 0 ? { elicitation: modes } : {};
  return { ...derived, ...capabilities };
}

/** Call before connecting. Does nothing for a client that announces no elicitation. */
export function answerElicitation(client: Client, capabilities: ClientCapabilities, port: ElicitationPort): void {
  if (capabilities.elicitation === undefined) return;
  client.setRequestHandler("elicitation/create", async (request, { mcpReq: { signal } }) => {
    const { url, form } = port.handlers();
    const { method, params } = request;
    const handler = params.mode === "url" ? url : form;
    if (handler === undefined) {
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, "This kind of elicitation is not supported.");
    }
    // The client has checked the request against the schema of its revision.
    const question = { method, params } as ElicitRequest;
    try {
      const answer = await Promise.race([handler(question, port.serverId, signal), whenAborted(signal)]);
      return toWire(withDefaults(answer, question));
    } catch (thrown) {
      if (!signal.aborted) port.log.warn("mcp.elicitation-failed", { serverId: port.serverId });
      // What an app throws is nobody's business but its own.
      const refusal = new ProtocolError(ProtocolErrorCode.InternalError, "The question could not be answered.");
      throw Object.assign(refusal, { cause: thrown });
    }
  });
}

/** Fill in what an accepted form leaves out (MCP 2025-11-25, "Elicitation": default values). */
export function withDefaults(answer: ElicitResult, { params }: ElicitRequest): ElicitResult {
  if (answer.action !== "accept" || params.mode === "url") return answer;
  const { properties } = params.requestedSchema;
  const defaults = Object.entries(isRecord(properties) ? properties : {}).flatMap(([name, schema]) =>
    isRecord(schema) && isValue(schema.default) ? [[name, schema.default] as const] : [],
  );
  return { action: "accept", content: { ...Object.fromEntries(defaults), ...answer.content } };
}

function isValue(value: unknown): value is ElicitValue {
  if (Array.isArray(value)) return value.every((item) => typeof item === "string");
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

type WireContent = Record<string, string | number | boolean | string[]>;

/** The same, in the mutable types of the client. */
function toWire(answer: ElicitResult): { action: ElicitResult["action"]; content?: WireContent } {
  if (answer.action !== "accept" || answer.content === undefined) return { action: answer.action };
  const content = Object.entries(answer.content).map(([name, value]): [string, WireContent[string]] => [
    name,
    typeof value === "object" ? [...value] : value,
  ]);
  return { action: "accept", content: Object.fromEntries(content) };
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = (): void => reject(new McpError("aborted"));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
  });
}
