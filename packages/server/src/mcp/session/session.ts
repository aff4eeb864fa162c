// One live conversation with one MCP server, free of the words of any revision.
import type {
  CallToolResult,
  Completion,
  CompletionReference,
  GetPromptResult,
  JsonObject,
  JsonValue,
  LoggingLevel,
  McpListName,
  Prompt,
  ReadResourceResult,
  Resource,
  ResourceTemplate,
  ServerCapabilities,
  Skill,
  SkillFile,
  Tool,
} from "@agents-internal/protocol";
import type { People } from "../elicitation/people.ts";
import type { GuardedFetch } from "../guarded-fetch.ts";
import type { LogMessage } from "../log-message.ts";
import type { McpClientOptions, RequestedTransport } from "../options.ts";
import type { Clock, Log, McpPeer } from "../ports.ts";
import type { QuestionHandlers } from "../question-handlers.ts";
import type { TokenSource } from "../token-source.ts";
import type { Keeping } from "./keeping.ts";
import type { Task, TaskMethods, TaskWish } from "./task.ts";

/** What the app wants to hear from a server beyond its lists. */
export interface Interests {
  /** `null`: the app has never said. */
  readonly logLevel: LoggingLevel | null;
  /** URIs, sorted. */
  readonly resources: readonly string[];
}

export type TransportKind = "streamable-http" | "sse" | "rpc";

/** What was agreed when a session began; stored, so that a wake needs no network. Holds nothing secret. */
export interface SessionFacts {
  readonly transport: TransportKind;
  /** `legacy`: sessions and `initialize` (up to 2025-11-25). `modern`: stateless (from 2026-07-28). */
  readonly era: "legacy" | "modern";
  readonly protocolVersion: string;
  readonly serverInfo: { readonly name: string; readonly version: string; readonly title?: string } | null;
  readonly capabilities: ServerCapabilities;
  readonly instructions: string | null;
  /** Modern era: the result of `server/discover`, with which a session is resumed. */
  readonly discover: JsonObject | null;
  /** ms since the epoch at which transport and era were found out; absent: before that was kept. */
  readonly decidedAt?: number | undefined;
}

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  /** ms; default 60 000. Progress starts it anew; so does a session that had to be opened first. */
  readonly timeout?: number | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export interface Progress {
  readonly progress: number;
  readonly total?: number;
  readonly message?: string;
}

/** A value that somebody is typing. `context` holds the values that are there already. */
export interface CompletionRequest {
  readonly ref: CompletionReference;
  readonly argument: { readonly name: string; readonly value: string };
  readonly context?: { readonly arguments: Readonly<Record<string, string>> } | undefined;
}

/** What a call of a tool was answered with: its result, or the server's promise to go on working on it. */
export type ToolAnswer =
  | { readonly kind: "result"; readonly result: CallToolResult }
  | { readonly kind: "task"; readonly task: Task }
  /** Of a stored call only: people are asked, and it is gone on with when they have answered. */
  | { readonly kind: "asked" };

export type CatalogueKind = McpListName;

/** One page of a list, exactly as served. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
  /** How many items were left out, because they cannot be used. */
  readonly dropped: number;
  /** ms for which the server says that the page may be kept (from 2026-07-28); `null`: it says nothing. */
  readonly ttlMs: number | null;
}

/** Every method rejects with `McpError` only. */
export interface Session extends TaskMethods {
  readonly facts: SessionFacts;
  /** Ends when no stream stays open between calls any more: at once where there never was one. Never rejects. */
  readonly standing: Promise<"none" | "given-up">;
  /** Modern era: ends when the server listens to what the app wants to hear, or does not. Never rejects. */
  readonly listening: Promise<void>;
  /** Legacy streamable HTTP only. Secret: seal it before storing. */
  readonly sessionId: string | null;
  listTools(cursor: string | null, options?: RequestOptions): Promise<Page<Tool>>;
  listPrompts(cursor: string | null, options?: RequestOptions): Promise<Page<Prompt>>;
  listResources(cursor: string | null, options?: RequestOptions): Promise<Page<Resource>>;
  listResourceTemplates(cursor: string | null, options?: RequestOptions): Promise<Page<ResourceTemplate>>;
  /**
   * `tool` is the stored definition: it decides header mirroring (`x-mcp-header`) and validates structured output.
   * Rejects with `result-invalid` when the result breaks its promise.
   */
  callTool(
    call: Keeping & {
      readonly name: string;
      readonly arguments: Readonly<Record<string, unknown>>;
      readonly tool: Tool | null;
      readonly task?: TaskWish | undefined;
    },
    options?: RequestOptions,
  ): Promise<ToolAnswer>;
  /**
   * Modern era: the answer to one question of a task, from whoever answers such questions. Needs no connection. Rejects
   * with `McpError` when there is none. `call`: of the tool, for people.
   */
  answerQuestion(
    question: JsonValue,
    asked: { readonly name: string; readonly call: string; readonly signal: AbortSignal },
  ): Promise<JsonObject>;
  readResource(uri: string, options?: RequestOptions): Promise<ReadResourceResult>;
  getPrompt(
    prompt: { readonly name: string; readonly arguments: Readonly<Record<string, string>> },
    options?: RequestOptions,
  ): Promise<GetPromptResult>;
  complete(request: CompletionRequest, options?: RequestOptions): Promise<Completion>;
  /** Every skill the server lists; none of their files is read. Empty where the server has no skills. */
  listSkills(options?: RequestOptions): Promise<readonly Skill[]>;
  /** One skill, listed or not, by the address of its `SKILL.md`. */
  getSkill(uri: string, options?: RequestOptions): Promise<Skill>;
  /** Read one file and hold it to the skill's entry. Rejects with `content-unverified`. */
  readSkillFile(skill: Skill, file?: string, options?: RequestOptions): Promise<SkillFile>;
  /** Rejects with `protocol-error` where the server does not log. */
  setLoggingLevel(level: LoggingLevel, options?: RequestOptions): Promise<void>;
  /** Legacy era: ask to be told when the resource changes. In the modern one `interests` of a new session say it. */
  subscribeResource(uri: string, options?: RequestOptions): Promise<void>;
  unsubscribeResource(uri: string, options?: RequestOptions): Promise<void>;
  /** Tell the server that there are other roots now, where it can be told. Never rejects. */
  rootsChanged(): Promise<void>;
  /** Ends the session at the server (bounded, best effort) and closes every stream. Never rejects. */
  close(options?: { readonly endSession?: boolean }): Promise<void>;
}

export interface SessionListener {
  /** The server says that a list changed. Storms arrive coalesced. */
  listChanged(kind: CatalogueKind): void;
  /** The server says what it is doing. */
  logged(message: Omit<LogMessage, "serverId">): void;
  /** A resource that was subscribed to, or a part of it, has changed. */
  resourceUpdated(uri: string): void;
  /** For a while nothing that the server says unasked was heard: whatever was subscribed to may have changed. */
  missed(): void;
  /** What a page was for, of which the server has spoken under this name, is done. */
  elicitationCompleted?(serverRef: string): void;
  /** A task is another than it was. */
  taskChanged?(taskId: string): void;
  /** The session ended without `close()`. */
  lost(): void;
}

export interface OpenSessionOptions {
  readonly serverId: string;
  readonly url: string;
  readonly transport: RequestedTransport;
  readonly client: McpClientOptions;
  /** The developer's own headers, sent to the MCP origin only. */
  readonly headers: readonly (readonly [string, string])[];
  /** Transport `rpc` alone: reaches the object that is the server. */
  readonly peer?: (() => Promise<McpPeer>) | undefined;
  readonly tokens: TokenSource;
  readonly fetch: GuardedFetch;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: Log;
  readonly listener: SessionListener;
  /** Who answers what the server asks; absent: nobody. */
  readonly questions?: (() => QuestionHandlers) | undefined;
  /** Who puts questions to people, where a handler is `"clients"`. */
  readonly people?: People | undefined;
  /** What the app wants to hear from this server; a new session asks for it. */
  readonly interests?: Interests | undefined;
  /** `false`: no stream is opened for what the server says unasked. One over SSE is a stream, whatever stands here. Absent: yes. */
  readonly listens?: boolean | undefined;
  /**
   * Go on with an earlier session instead of shaking hands: nothing is posted until something is asked. What the server says unasked is
   * listened to again at once: with a GET where there is a legacy session id, with `subscriptions/listen` where a modern server announces
   * changes. A session over SSE cannot go on, because its stream was the session: it shakes hands again.
   */
  readonly resume?: { readonly facts: SessionFacts; readonly sessionId: string | null } | undefined;
  /**
   * What the server was before, for a handshake that begins anew. Believed for a day, which spares the question of the era; then,
   * or where the server contradicts it, found out again. So is what a modern server said, before it is resumed from that.
   */
  readonly known?: SessionFacts | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Connect to a server, or resume.
 *
 * Rejects with `McpError`: `authorization-required` / `insufficient-scope` / `forbidden` (with `challenge`),
 * `host-unreachable`, `timeout`, `http-error`, `not-an-mcp-server`, `invalid-response`,
 * `transport-not-implemented`, `url-invalid`, `url-blocked`, `redirect-refused`, `response-too-large`, `protocol-error`, `aborted`,
 * `option-invalid` (a header the transport owns), `token-rejected` (the developer's own `Authorization` header was refused).
 */
export type OpenSession = (options: OpenSessionOptions) => Promise<Session>;
