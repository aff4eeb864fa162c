// The operations of one open session.
import type {
  CallToolResult,
  GetPromptResult,
  JsonObject,
  LoggingLevel,
  ReadResourceResult,
  Tool,
} from "@agents-internal/protocol";
import type { People } from "../elicitation/people.ts";
import { whenAborted } from "../deadline.ts";
import { McpError } from "../errors.ts";
import type { Log } from "../ports.ts";
import { isRecord } from "../is-record.ts";
import type { Transport } from "../transport/transport.ts";
import { type Answers, isAnnounced } from "./answer-questions.ts";
import { toMcpError } from "./call-error.ts";
import type { CallsUnderWay, CallUnderWay } from "./calls-under-way.ts";
import { NO_SUGGESTIONS, readCompletion } from "./completion.ts";
import { answerOne, ASKED, type Inputs, untilComplete } from "./input-required.ts";
import type { Keeping } from "./keeping.ts";
import { createLogLevel } from "./log-level.ts";
import { hasValidHeaders, type ListKind, PROMPTS, readPage, RESOURCE_TEMPLATES, RESOURCES, TOOLS } from "./pages.ts";
import { paramHeaders } from "./param-headers.ts";
import type { Exchange, ExchangeOptions } from "./protocol/exchange.ts";
import { RPC_CODES } from "./protocol/rpc-error.ts";
import { withPages } from "./required-pages.ts";
import type { CatalogueKind, Page, RequestOptions, Session, SessionFacts, ToolAnswer } from "./session.ts";
import { createSkillReader } from "./skills/skill-reader.ts";
import type { TaskWish } from "./task.ts";
import { createTaskMethods, readCreated, taskParams } from "./tasks.ts";
import { type OutputCheck, readToolResult } from "./tool-output.ts";

const MAX_PAGES_SEARCHED = 64;

export interface LiveSessionOptions {
  readonly exchange: Exchange;
  readonly transport: Transport;
  readonly facts: SessionFacts;
  /** See {@link Early}. */
  readonly firstPage: (kind: CatalogueKind) => Promise<unknown> | null;
  readonly standing: Session["standing"];
  readonly listening: Promise<void>;
  readonly serverId: string;
  readonly checkOutput: OutputCheck;
  readonly toolsChanged: () => void;
  readonly log: Log;
  readonly logLevel: LoggingLevel | null;
  /** What the server was told that can be asked back. */
  readonly capabilities: JsonObject;
  readonly answers: Answers;
  readonly people: People | undefined;
  readonly underWay: CallsUnderWay;
  /** Ends what runs beside the session. */
  readonly stop: () => void;
}

interface ToolCall extends Keeping {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly task?: TaskWish | null | undefined;
}

export function createLiveSession(session: LiveSessionOptions): Session {
  const { exchange, transport, facts, serverId } = session;
  let isClosed = false;

  const request = async (
    method: string,
    params: Readonly<Record<string, unknown>>,
    options: RequestOptions = {},
    headers: Readonly<Record<string, string>> = {},
    keeping: Keeping = {},
  ): Promise<unknown> => {
    const call = session.underWay.begin(nameOf(params), options);
    const own = exchangeOptions(call, options.onProgress, headers);
    const send = (inputs: Inputs) => exchange.request(method, { ...params, ...logLevel.params, ...inputs }, own);
    try {
      return await (facts.era === "modern"
        ? untilComplete(session, call, { method, params: params as JsonObject }, send, keeping)
        : withPages(session.answers, call, isAnnounced(session.capabilities, "url"), () => send({})));
    } catch (error) {
      if (isClosed && !options.signal?.aborted) throw new McpError("not-connected", { cause: error });
      const failure = toMcpError(error, call.signal);
      // In the legacy era the number is a server's own.
      if (failure.rpcCode !== RPC_CODES.unsupportedVersion || facts.era !== "modern") throw failure;
      // It was upgraded, or put back, in the middle of the session; what it refused it has not run.
      throw new McpError("session-lost", { status: 400, rpcCode: failure.rpcCode, cause: failure });
    } finally {
      call.end();
    }
  };

  const logLevel = createLogLevel(facts, session.logLevel, request);
  const skillReader = createSkillReader(facts, request);

  const list = async <T>(kind: ListKind<T>, cursor: string | null, options?: RequestOptions): Promise<Page<T>> => {
    if (facts.capabilities[kind.capability] === undefined) return NO_ITEMS;
    const ask = () => request(kind.method, cursor === null ? {} : { cursor }, options);
    const early = cursor === null ? session.firstPage(kind.kind) : null;
    const result = await (early === null ? ask() : inTime(early, options).catch(ask)).catch((error: unknown) => {
      // Announced and not implemented: common for resource templates.
      if (error instanceof McpError && error.rpcCode === RPC_CODES.methodNotFound) return { [kind.field]: [] };
      throw error;
    });
    const page = readPage(kind, result);
    if (page.dropped > 0) session.log.warn("mcp-items-unusable", { serverId, kind: kind.kind, count: page.dropped });
    return page;
  };

  const listTools = async (cursor: string | null, options?: RequestOptions): Promise<Page<Tool>> => {
    const page = await list(TOOLS, cursor, options);
    if (facts.era === "legacy") return page;
    const items = page.items.filter(hasValidHeaders);
    const invalid = page.items.length - items.length;
    if (invalid > 0) session.log.warn("mcp-tools-with-invalid-headers", { serverId, count: invalid });
    return { ...page, items, dropped: page.dropped + invalid };
  };

  const checked = (tool: Tool | null, value: unknown): CallToolResult => {
    const result = readToolResult(value);
    if (tool !== null && session.checkOutput(tool, result) === "unchecked") {
      session.log.warn("mcp-output-schema-unusable", { serverId });
    }
    return result;
  };

  const callOnce = async (
    { name, arguments: args, task: wish = null, ...keeping }: ToolCall,
    tool: Tool | null,
    options?: RequestOptions,
  ): Promise<ToolAnswer> => {
    const headers = tool !== null && facts.era === "modern" ? paramHeaders(tool.inputSchema, args) : {};
    const asked = taskParams(facts, tool, wish);
    const params = keeping.stored?.round.params ?? { name, arguments: args, ...asked };
    const answer = await request("tools/call", params, options, headers, keeping);
    if (answer === ASKED) return { kind: "asked" };
    const task = readCreated(answer, "task" in asked);
    return task === null ? { kind: "result", result: checked(tool, answer) } : { kind: "task", task };
  };

  /** The tool as the server defines it now. */
  const findTool = async (name: string, options?: RequestOptions): Promise<Tool | null> => {
    let cursor: string | null = null;
    for (let pages = 0; pages < MAX_PAGES_SEARCHED; pages += 1) {
      const page: Page<Tool> = await listTools(cursor, { signal: options?.signal });
      const tool = page.items.find((item) => item.name === name);
      if (tool !== undefined) return tool;
      cursor = page.nextCursor;
      if (cursor === null) return null;
    }
    return null;
  };

  return {
    facts,
    standing: session.standing,
    listening: session.listening,
    sessionId: facts.era === "legacy" ? transport.sessionId : null,
    listTools,
    listPrompts: (cursor, options) => list(PROMPTS, cursor, options),
    listResources: (cursor, options) => list(RESOURCES, cursor, options),
    listResourceTemplates: (cursor, options) => list(RESOURCE_TEMPLATES, cursor, options),
    async callTool(call, options) {
      try {
        return await callOnce(call, call.tool, options);
      } catch (error) {
        // The stored definition is out of date. The server refused before it ran anything, so asking again is safe.
        if (!(error instanceof McpError) || error.rpcCode !== RPC_CODES.headerMismatch || facts.era !== "modern")
          throw error;
        session.toolsChanged();
        const tool = await findTool(call.name, options);
        if (tool === null) throw error;
        return callOnce(call, tool, options);
      }
    },
    ...createTaskMethods(facts, request, checked),
    async answerQuestion(question, { call, name, signal }) {
      try {
        return { ...(await answerOne(session, question, { id: null, key: name, call, signal })) };
      } catch (error) {
        throw toMcpError(error, signal);
      }
    },
    async readResource(uri, options) {
      const result = await request("resources/read", { uri }, options);
      if (!isRecord(result) || !Array.isArray(result.contents))
        throw new McpError("invalid-response", { detail: "It has no contents." });
      return result as unknown as ReadResourceResult;
    },
    async complete({ ref, argument, context }, options) {
      // A server that suggests nothing is no failure: whoever types goes on typing.
      if (facts.capabilities.completions === undefined) return NO_SUGGESTIONS;
      const params = { ref, argument, ...(context !== undefined && { context }) };
      return readCompletion(await request("completion/complete", params, options));
    },
    async getPrompt(prompt, options) {
      const result = await request("prompts/get", { name: prompt.name, arguments: prompt.arguments }, options);
      if (!isRecord(result) || !Array.isArray(result.messages))
        throw new McpError("invalid-response", { detail: "It has no messages." });
      return result as unknown as GetPromptResult;
    },
    async listSkills(options) {
      const { skills, invalid } = await skillReader.list(options);
      if (invalid > 0) session.log.warn("mcp-items-unusable", { serverId, kind: "skills", count: invalid });
      return skills;
    },
    getSkill: (uri, options) => skillReader.get(uri, options),
    readSkillFile: (skill, file, options) => skillReader.read(skill, file, options),
    setLoggingLevel: logLevel.set,
    async subscribeResource(uri, options) {
      if (facts.era === "legacy") await request("resources/subscribe", { uri }, options);
    },
    async unsubscribeResource(uri, options) {
      if (facts.era === "legacy") await request("resources/unsubscribe", { uri }, options);
    },
    async rootsChanged() {
      // The modern era has no such message: roots are asked for in the middle of each call.
      if (
        !isRecord(session.capabilities.roots) ||
        session.capabilities.roots.listChanged !== true ||
        facts.era === "modern"
      )
        return;
      await exchange
        .notify("notifications/roots/list_changed")
        .catch(() => session.log.warn("mcp-roots-not-announced", { serverId }));
    },
    async close({ endSession = true } = {}) {
      session.stop();
      isClosed = true;
      if (endSession) await transport.endSession();
      transport.close();
      session.underWay.close();
    },
  };
}

/** Waits for no longer than whoever waits does. */
function inTime<T>(work: Promise<T>, { signal }: RequestOptions = {}): Promise<T> {
  if (signal === undefined) return work;
  return Promise.race([work, whenAborted(signal).then(() => Promise.reject(new McpError("aborted")))]);
}

const NO_ITEMS = { items: [], nextCursor: null, dropped: 0, ttlMs: null } as const;

function exchangeOptions(
  call: CallUnderWay,
  onProgress: RequestOptions["onProgress"],
  headers: Readonly<Record<string, string>>,
): ExchangeOptions {
  if (onProgress === undefined) return { signal: call.signal, headers };
  return {
    signal: call.signal,
    headers,
    onProgress(progress) {
      call.progressed();
      onProgress(progress);
    },
  };
}

/** What a call is about, for people: a tool, a prompt, a resource. */
function nameOf({ name, uri }: Readonly<Record<string, unknown>>): string | null {
  return typeof name === "string" ? name : typeof uri === "string" ? uri : null;
}
