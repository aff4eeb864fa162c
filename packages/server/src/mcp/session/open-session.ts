// Opens a session with a server, or goes on with an earlier one.
import { Client, type ClientCapabilities, type DiscoverResult } from "@modelcontextprotocol/client";
import { CfWorkerJsonSchemaValidator } from "@modelcontextprotocol/client/validators/cf-worker";
import type { JsonObject, JsonValue } from "@agents-internal/protocol";
import { CLIENT_INFO } from "../client-info.ts";
import { McpError } from "../errors.ts";
import type { QuestionHandlers } from "../question-handlers.ts";
import { createBindingTransport } from "../transport/binding.ts";
import { createAuthorizedFetch } from "../transport/authorized-fetch.ts";
import { checkCustomHeaders } from "../transport/custom-headers.ts";
import { withTransport } from "../transport/select.ts";
import { createSse } from "../transport/sse.ts";
import type { HttpTransport } from "../transport/http-transport.ts";
import { createStreamableHttp } from "../transport/streamable-http.ts";
import { wait } from "../transport/wait.ts";
import { answerPushed, createAnswers, withQuestions } from "./answer-questions.ts";
import { createBoundedValidator } from "./bounded-validator.ts";
import { createCallsUnderWay } from "./calls-under-way.ts";
import { coalesceChanges } from "./list-changes.ts";
import { createLiveSession } from "./live-session.ts";
import { checkSelfDescription } from "./self-description.ts";
import { fromSdkError } from "./sdk-errors.ts";
import type { OpenSession, OpenSessionOptions, Session, SessionFacts, TransportKind } from "./session.ts";
import { keepSubscribed } from "./subscription.ts";
import { hearTasks, withTasks } from "./tasks.ts";
import { createOutputCheck } from "./tool-output.ts";
import { isOutdated, isRefuted } from "./verdict.ts";

const HANDSHAKE_MS = 30_000;
const CATCH_UP_MS = 5000;
const noHandlers = (): QuestionHandlers => ({});
const WORKER_VALIDATOR = new CfWorkerJsonSchemaValidator();
const BOUNDED_VALIDATOR = createBoundedValidator(WORKER_VALIDATOR);

/** See {@link OpenSession}. A session over SSE cannot be resumed: its stream was the session, so it shakes hands again. */
export const openSession: OpenSession = async (given) => {
  if (given.signal?.aborted) throw new McpError("aborted");
  const options = withoutOutdated(given);
  const believed = options.resume?.facts ?? options.known;
  if (believed === undefined) return negotiate(options);
  try {
    return await connect(options, believed.transport);
  } catch (error) {
    if (!(error instanceof McpError) || !isRefuted(believed, error)) throw error;
    return negotiate({ ...options, resume: undefined, known: undefined });
  }
};

/** What was found out too long ago is not gone on with; a session with an id is, because the server knows it or does not. */
function withoutOutdated(options: OpenSessionOptions): OpenSessionOptions {
  const { resume, known = resume?.facts, clock } = options;
  if (known === undefined || !isOutdated(known, clock.now())) return options;
  if (resume !== undefined && known.era === "legacy" && known.transport !== "sse") return options;
  // Only the older transport is worth a test of its own: nobody goes back to it.
  const transport = known.transport === "sse" ? options.transport : known.transport;
  return { ...options, transport, resume: undefined, known: undefined };
}

function negotiate(options: OpenSessionOptions): Promise<Session> {
  const { serverId, log } = options;
  return withTransport(
    options.transport,
    (kind) => connect(options, kind),
    () => log.info("mcp-transport-fallback", { serverId, to: "sse" }),
  );
}

async function connect(options: OpenSessionOptions, kind: TransportKind): Promise<Session> {
  const believed = options.resume?.facts ?? options.known;
  const stop = new AbortController();
  const lost = (): void => {
    if (!stop.signal.aborted) options.listener.lost();
  };
  let onGap = (): void => undefined;
  const transport = createTransport(options, kind, { lost, gap: () => onGap() });
  const handlers = options.questions ?? noHandlers;
  const capabilities = withTasks(withQuestions(options.client.capabilities, handlers())) as ClientCapabilities;
  const mode = kind === "sse" || believed?.era === "legacy" ? "legacy" : "auto";
  const client = new Client(CLIENT_INFO, {
    capabilities,
    // Given only so that the client does not load its own, which needs code generation; results are checked in tool-output.ts.
    jsonSchemaValidator: WORKER_VALIDATOR,
    versionNegotiation: { mode },
  });
  const { serverId, log, people } = options;
  const answers = createAnswers({ serverId, log, handlers, people }, capabilities);
  const underWay = createCallsUnderWay(options.clock);
  answerPushed(client, capabilities, answers, underWay);
  const changed = coalesceChanges((list) => options.listener.listChanged(list), wait, stop.signal);
  client.setNotificationHandler("notifications/tools/list_changed", () => changed("tools"));
  client.setNotificationHandler("notifications/prompts/list_changed", () => changed("prompts"));
  client.setNotificationHandler("notifications/resources/updated", ({ params }) =>
    options.listener.resourceUpdated(params.uri),
  );
  client.setNotificationHandler("notifications/message", ({ params: { level, logger = null, data } }) =>
    options.listener.logged({ level, logger, data: data as JsonValue }),
  );
  client.setNotificationHandler("notifications/elicitation/complete", ({ params }) =>
    options.listener.elicitationCompleted?.(params.elicitationId),
  );
  hearTasks(client, (taskId) => options.listener.taskChanged?.(taskId));
  client.setNotificationHandler("notifications/resources/list_changed", () => {
    changed("resources");
    changed("resourceTemplates");
  });

  const onAbort = (): void => void transport.close();
  options.signal?.addEventListener("abort", onAbort, { once: true });
  const discover = options.resume?.facts.era === "modern" ? options.resume.facts.discover : null;
  try {
    await client.connect(transport, {
      timeout: HANDSHAKE_MS,
      ...(discover !== null && { prior: { kind: "modern", discover: discover as unknown as DiscoverResult } }),
    });
    checkSelfDescription(client);
  } catch (error) {
    stop.abort();
    await transport.close();
    throw fromSdkError(error, options.signal);
  } finally {
    options.signal?.removeEventListener("abort", onAbort);
  }

  const isTested = believed === undefined || (mode === "auto" && discover === null);
  const facts = readFacts(client, kind, isTested ? options.clock.now() : believed.decidedAt);
  onGap = () => {
    for (const list of announced(facts)) changed(list);
    options.listener.missed();
  };
  let { standing } = transport;
  let listening = Promise.resolve();
  // An object answers calls; it has no way to say something unasked.
  if (facts.era === "modern" && kind !== "rpc" && options.listens !== false) {
    let onListening = (): void => undefined;
    const begun = new Promise<void>((resolve) => (onListening = resolve));
    standing = keepSubscribed({
      client,
      capabilities: facts.capabilities,
      resources: options.interests?.resources ?? [],
      onListening,
      onGap,
      signal: stop.signal,
      clock: options.clock,
      log: options.log,
      serverId: options.serverId,
      wait,
    });
    listening = Promise.race([begun, standing.then(() => undefined)]);
  }
  const session = createLiveSession({
    client,
    transport,
    facts,
    standing,
    listening,
    sessionId: facts.era === "legacy" ? (transport.sessionId ?? null) : null,
    serverId: options.serverId,
    checkOutput: createOutputCheck(options.client.jsonSchemaValidator ?? BOUNDED_VALIDATOR),
    toolsChanged: () => changed("tools"),
    log: options.log,
    logLevel: options.interests?.logLevel ?? null,
    stop: () => stop.abort(),
    capabilities,
    answers,
    people,
    underWay,
  });
  await catchUp(session, options);
  return session;
}

/** Bring server and app to the same mind; what cannot be told keeps nobody from working. */
async function catchUp(session: Session, { resume, interests, serverId, log }: OpenSessionOptions): Promise<void> {
  // Whether roots are still those of which the server was told, nobody here remembers.
  if (resume !== undefined) await session.rootsChanged();
  const { era, transport, capabilities } = session.facts;
  const isNew = resume === undefined || transport === "sse";
  if (!isNew || era === "modern" || interests === undefined) return;
  const bounded = { timeout: CATCH_UP_MS };
  const level = capabilities.logging === undefined ? null : interests.logLevel;
  const resources = capabilities.resources?.subscribe === true ? interests.resources : [];
  const asked = await Promise.allSettled([
    ...(level === null ? [] : [session.setLoggingLevel(level, bounded)]),
    ...resources.map((uri) => session.subscribeResource(uri, bounded)),
  ]);
  const refused = asked.filter(({ status }) => status === "rejected").length;
  if (refused > 0) log.warn("mcp-interests-refused", { serverId, count: refused });
}

function createTransport(
  options: OpenSessionOptions,
  kind: TransportKind,
  { lost: onSessionLost, gap: onGap }: { readonly lost: () => void; readonly gap: () => void },
): HttpTransport {
  if (kind === "rpc") {
    if (options.peer === undefined) throw new McpError("not-connected", { detail: "The server is behind a binding." });
    return createBindingTransport({ open: options.peer, onSessionLost });
  }
  const headers = checkCustomHeaders(options.headers);
  const fetch = createAuthorizedFetch({ fetch: options.fetch, tokens: options.tokens, headers });
  const { url, clock, log, serverId, resume } = options;
  if (kind === "sse") return createSse({ url, fetch, onSessionLost });
  return createStreamableHttp({
    url,
    fetch,
    clock,
    log,
    serverId,
    onSessionLost,
    onGap,
    listens: options.listens !== false,
    resume:
      resume?.facts.era === "legacy"
        ? { sessionId: resume.sessionId, initializeResult: initializeResult(resume.facts) }
        : undefined,
  });
}

/** What the server answered to `initialize` when the session began. */
function initializeResult(facts: SessionFacts): Record<string, unknown> {
  return {
    protocolVersion: facts.protocolVersion,
    capabilities: facts.capabilities,
    serverInfo: facts.serverInfo ?? { name: "", version: "" },
    ...(facts.instructions !== null && { instructions: facts.instructions }),
  };
}

function readFacts(client: Client, transport: TransportKind, decidedAt: number | undefined): SessionFacts {
  const info = client.getServerVersion();
  const { name = "", version = "", title } = info ?? {};
  return {
    transport,
    era: client.getProtocolEra() ?? "legacy",
    protocolVersion: client.getNegotiatedProtocolVersion() ?? "",
    serverInfo:
      info === undefined || (name === "" && version === "")
        ? null
        : { name, version, ...(title !== undefined && { title }) },
    capabilities: (client.getServerCapabilities() ?? {}) as SessionFacts["capabilities"],
    instructions: client.getInstructions() ?? null,
    discover: (client.getDiscoverResult() as JsonObject | undefined) ?? null,
    ...(decidedAt !== undefined && { decidedAt }),
  };
}

function announced(facts: SessionFacts): readonly ("tools" | "prompts" | "resources" | "resourceTemplates")[] {
  const { tools, prompts, resources } = facts.capabilities;
  return [
    ...(tools?.listChanged === true ? (["tools"] as const) : []),
    ...(prompts?.listChanged === true ? (["prompts"] as const) : []),
    ...(resources?.listChanged === true ? (["resources", "resourceTemplates"] as const) : []),
  ];
}
