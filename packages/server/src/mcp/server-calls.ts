// What can be asked of one server in use: tools, resources, prompts, skills, and what it says unasked.
import type {
  CallToolResult,
  Completion,
  GetPromptResult,
  LoggingLevel,
  ReadResourceResult,
  Skill,
  SkillFile,
} from "@agents-internal/protocol";
import { callOver } from "./calls.ts";
import type { Engine } from "./engine.ts";
import type { MCPCall, MCPCallWithResult } from "./lasting/lasting-call.ts";
import type { CallToolOptions, StartCallOptions, ToolCallParams } from "./lasting/tool-calls.ts";
import type { LogMessageListener } from "./log-message.ts";
import type { Subscription } from "./listeners.ts";
import * as resources from "./resource-subscriptions.ts";
import type { CompletionRequest, RequestOptions, Session } from "./session/session.ts";

/** The calls of an `MCPClientManager`. Each opens or resumes the session it needs. */
export abstract class ServerCalls {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /**
   * Call a tool. A tool that ran and failed comes back with `isError`; a call that could not be made rejects.
   *
   * Rejects with `server-not-found`, `not-connected`, `authorization-required`, `insufficient-scope`, `tool-denied`,
   * `tool-held`, `tool-approval-required`, `result-invalid`, `timeout`, `aborted`, `protocol-error`, or what reaching the
   * server ended with. With `oauth.waitForSignIn` it first waits for the person.
   *
   * A server may go on working after its answer (a task, MCP 2025-11-25 and `io.modelcontextprotocol/tasks`); this waits for
   * that too. `timeout` then is how long it may be silent, `onProgress` hears what it says, ten times `timeout` ends the
   * wait and the work, as `signal` does. Lost with its isolate, such a call goes on: {@link onCallSettled}. It may also
   * reject with `call-expired`, `call-forgotten`, `too-many-calls`.
   */
  callTool(params: ToolCallParams, options: CallToolOptions = {}): Promise<CallToolResult> {
    return this.#engine.tools.call(params, options);
  }

  /**
   * Begin a call of a tool that nobody waits for. Resolves once the call is stored, before the server has answered; from
   * then on it outlives its caller and this isolate. How it ends: {@link onCallSettled}, {@link getCall}.
   *
   * Rejects with `server-not-found`, `option-invalid`, `too-many-calls`, `tool-denied`, `tool-held`, `tool-approval-required`.
   */
  startCall(params: ToolCallParams, options: StartCallOptions = {}): Promise<MCPCall> {
    return this.#engine.tools.start(params, options);
  }

  /**
   * Calls that servers work on, those that wait for a person, and those that ended within the last seven days and nobody
   * waited for. Oldest first.
   */
  listCalls(filter: { readonly serverId?: string } = {}): readonly MCPCall[] {
    const { serverId } = filter;
    return this.#engine.calls.list().filter((call) => serverId === undefined || call.serverId === serverId);
  }

  /** One of them, with its result when it has one; `null` for an unknown id. Rejects with `vault-locked`. */
  getCall(id: string): Promise<MCPCallWithResult | null> {
    return this.#engine.calls.get(id);
  }

  /** End a call, here with `aborted` and at the server as far as it can be reached. Unknown and ended ones are fine. */
  cancelCall(id: string): Promise<void> {
    return this.#engine.calls.cancel(id);
  }

  /**
   * Called with each call that ended without anybody waiting for it: one of {@link startCall}, or one whose caller was lost
   * with its isolate. In the same turn in which that is stored. Not stored itself: call it in `onStart`.
   */
  readonly onCallSettled = (listener: (call: MCPCall) => void): Subscription =>
    this.#engine.callsSettled.subscribe(listener);

  readResource(
    params: { readonly serverId: string; readonly uri: string },
    options: RequestOptions = {},
  ): Promise<ReadResourceResult> {
    return this.#call(params.serverId, (session) => session.readResource(params.uri, options), options);
  }

  getPrompt(
    params: { readonly serverId: string; readonly name: string; readonly arguments?: Readonly<Record<string, string>> },
    options: RequestOptions = {},
  ): Promise<GetPromptResult> {
    return this.#call(
      params.serverId,
      (session) => session.getPrompt({ name: params.name, arguments: params.arguments ?? {} }, options),
      options,
    );
  }

  /**
   * What a server suggests for an argument of a prompt or a variable of a resource template. Nothing, where it makes no
   * suggestions. Rejects as {@link callTool} does.
   */
  complete(
    { serverId, ...request }: CompletionRequest & { readonly serverId: string },
    options: RequestOptions = {},
  ): Promise<Completion> {
    return this.#call(serverId, (session) => session.complete(request, options), options);
  }

  /**
   * How grave something has to be for a server to say it to {@link onLogMessage}. Stored, also for later sessions. Rejects
   * with `option-invalid`, with `protocol-error` where the server does not log, or as {@link callTool} does.
   */
  async setLoggingLevel(
    { serverId, level }: { readonly serverId: string; readonly level: LoggingLevel },
    options: RequestOptions = {},
  ): Promise<void> {
    await this.#call(serverId, (session) => session.setLoggingLevel(level, options), options);
    if (this.#engine.connections.get(serverId)) this.#engine.interests.setLogLevel(serverId, level);
  }

  /**
   * Let {@link onResourceUpdated} hear of a resource. Stored, also for later sessions. Rejects with `option-invalid` for
   * what is no URI, `protocol-error` where the server does not tell of resources or is behind a binding, or as {@link callTool} does.
   */
  subscribeResource(resource: resources.ResourceAddress, options: RequestOptions = {}): Promise<void> {
    return resources.subscribeResource(this.#engine, resource, options);
  }

  /** Forgotten also where the server cannot be told; then it rejects as {@link callTool} does. */
  unsubscribeResource(resource: resources.ResourceAddress, options: RequestOptions = {}): Promise<void> {
    return resources.unsubscribeResource(this.#engine, resource, options);
  }

  /**
   * The skills a server publishes (MCP extension `io.modelcontextprotocol/skills`). Asks the server and reads no file; ask
   * a person before a skill is loaded. Empty where the server has none. Rejects as {@link callTool} does.
   */
  listSkills(params: { readonly serverId: string }, options: RequestOptions = {}): Promise<readonly Skill[]> {
    return this.#call(params.serverId, (session) => session.listSkills(options), options);
  }

  /** One skill by the address of its `SKILL.md`, whether or not the server lists it. Rejects as {@link callTool} does. */
  getSkill(params: { readonly serverId: string; readonly uri: string }, options: RequestOptions = {}): Promise<Skill> {
    return this.#call(params.serverId, (session) => session.getSkill(params.uri, options), options);
  }

  /**
   * One file of a skill: `file` is a path in its folder, default its `SKILL.md`. `skill` is the entry a person agreed to;
   * size, digest and front matter have to be the ones it states, else nothing is returned.
   *
   * Rejects with `content-unverified`, `option-invalid` (no entry of a skill), or as {@link callTool} does.
   */
  readSkillFile(
    params: { readonly serverId: string; readonly skill: Skill; readonly file?: string },
    options: RequestOptions = {},
  ): Promise<SkillFile> {
    return this.#call(params.serverId, (session) => session.readSkillFile(params.skill, params.file, options), options);
  }

  /**
   * Called when a resource that was subscribed to changes while its server is in use, and with `missed` once for each when the
   * server is used again after a time in which nobody could hear of changes. Not stored: as below.
   */
  readonly onResourceUpdated = (listener: resources.ResourceListener): Subscription =>
    this.#engine.resourceUpdates.subscribe(listener);

  /**
   * Called with each thing a server says of its work while it is in use; what it says at other times is lost. Not stored: call
   * it in `onStart`.
   */
  readonly onLogMessage = (listener: LogMessageListener): Subscription => this.#engine.logMessages.subscribe(listener);

  /** Everything here reads, or says the same when it is said twice. */
  async #call<T>(
    serverId: string,
    call: (session: Session) => Promise<T>,
    { signal, timeout }: RequestOptions = {},
  ): Promise<T> {
    return callOver(this.#engine.connections.require(serverId), call, { signal, timeout, isSafe: true });
  }
}
