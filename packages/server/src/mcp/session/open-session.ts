// Opens a session with a server, or goes on with an earlier one.
import { McpError } from "../errors.ts";
import type { QuestionHandlers } from "../question-handlers.ts";
import { createBindingTransport } from "../transport/binding.ts";
import { createAuthorizedFetch } from "../transport/authorized-fetch.ts";
import { checkCustomHeaders } from "../transport/custom-headers.ts";
import { withTransport } from "../transport/select.ts";
import { createSse } from "../transport/sse.ts";
import { createStreamableHttp, type StreamableHttpOptions } from "../transport/streamable-http.ts";
import type { Transport, TransportEvents } from "../transport/transport.ts";
import { wait } from "../transport/wait.ts";
import { agree } from "./agree.ts";
import { createAnswers, pushedQuestions, withQuestions } from "./answer-questions.ts";
import { createBoundedValidator } from "./bounded-validator.ts";
import { createCallsUnderWay } from "./calls-under-way.ts";
import { catchUp } from "./catch-up.ts";
import { createEarly } from "./early.ts";
import { announced, coalesceChanges } from "./list-changes.ts";
import { createLiveSession } from "./live-session.ts";
import { createExchange } from "./protocol/exchange.ts";
import { createInbound, type Inbound } from "./protocol/inbound.ts";
import { createSubscriptions } from "./protocol/subscriptions.ts";
import { schemaValidator } from "./schema-validator.ts";
import type { CatalogueKind, OpenSession, OpenSessionOptions, Session, TransportKind } from "./session.ts";
import { keepSubscribed } from "./subscription.ts";
import { withTasks } from "./tasks.ts";
import { unaskedNotifications } from "./unasked.ts";
import { createOutputCheck } from "./tool-output.ts";
import { isOutdated, isRefuted } from "./verdict.ts";

const noHandlers = (): QuestionHandlers => ({});
const BOUNDED_VALIDATOR = createBoundedValidator(schemaValidator);

/** See {@link OpenSession}. A session over SSE cannot be resumed: its stream was the session, so it shakes hands again. */
export const openSession: OpenSession = async (given) => {
  if (given.signal?.aborted) throw new McpError("aborted");
  const options = withoutOutdated(given);
  const believed = options.resume?.facts ?? options.known;
  if (believed === undefined) return choose(options);
  try {
    return await connect(options, believed.transport);
  } catch (error) {
    if (!(error instanceof McpError) || !isRefuted(believed, error)) throw error;
    return choose({ ...options, resume: undefined, known: undefined });
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

function choose(options: OpenSessionOptions): Promise<Session> {
  const { serverId, log } = options;
  return withTransport(
    options.transport,
    (kind) => connect(options, kind),
    () => log.info("mcp-transport-fallback", { serverId, to: "sse" }),
  );
}

async function connect(options: OpenSessionOptions, kind: TransportKind): Promise<Session> {
  const believed = options.resume?.facts ?? options.known;
  const { serverId, log, people, listener } = options;
  const stop = new AbortController();
  const handlers = options.questions ?? noHandlers;
  const capabilities = withTasks(withQuestions(options.client.capabilities, handlers()));
  const answers = createAnswers({ serverId, log, handlers, people }, capabilities);
  const underWay = createCallsUnderWay(options.clock);
  const report = coalesceChanges((list) => listener.listChanged(list), wait, stop.signal);
  const changed = (list: CatalogueKind): void => {
    early.forget(list);
    report(list);
  };
  let onGap = (): void => undefined;
  const transport = createTransport(options, kind, {
    receive: (message) => inbound.receive(message),
    onGap: () => onGap(),
    onSessionLost() {
      inbound.close();
      if (!stop.signal.aborted) listener.lost();
    },
  });
  const exchange = createExchange(transport, options.random);
  const subscriptions = createSubscriptions(exchange);
  const inbound: Inbound = createInbound({
    requests: pushedQuestions(capabilities, answers, underWay),
    notifications: unaskedNotifications(listener, changed, exchange, subscriptions),
    hasRequests: () => exchange.envelope === null,
    tell: transport.tell,
    log,
    serverId,
  });

  const isHeard = kind !== "rpc" && options.listens !== false;
  const early = createEarly({
    exchange,
    listen: subscriptions.listen,
    capabilities: believed?.capabilities ?? {},
    resources: isHeard ? (options.interests?.resources ?? []) : null,
    signal: stop.signal,
  });
  const facts = await agree({ exchange, transport, capabilities }, options, kind, early).catch((error: unknown) => {
    stop.abort();
    throw error;
  });
  onGap = () => {
    for (const list of announced(facts)) changed(list);
    listener.missed();
  };
  let { standing } = transport;
  let listening = Promise.resolve();
  // An object answers calls; it has no way to say something unasked.
  if (facts.era === "modern" && isHeard) {
    let onListening = (): void => undefined;
    const begun = new Promise<void>((resolve) => (onListening = resolve));
    standing = keepSubscribed({
      listen: early.listen,
      capabilities: facts.capabilities,
      resources: options.interests?.resources ?? [],
      onListening,
      onGap,
      signal: stop.signal,
      clock: options.clock,
      log,
      serverId,
      wait,
    });
    listening = Promise.race([begun, standing.then(() => undefined)]);
    void standing.then(early.unsubscribe);
  } else early.end();
  const session = createLiveSession({
    exchange,
    transport,
    facts,
    firstPage: early.firstPage,
    standing,
    listening,
    serverId,
    checkOutput: createOutputCheck(options.client.jsonSchemaValidator ?? BOUNDED_VALIDATOR),
    toolsChanged: () => changed("tools"),
    log,
    logLevel: options.interests?.logLevel ?? null,
    stop() {
      stop.abort();
      inbound.close();
    },
    capabilities,
    answers,
    people,
    underWay,
  });
  await catchUp(session, options);
  return session;
}

function createTransport(
  options: OpenSessionOptions,
  kind: TransportKind,
  events: TransportEvents & Pick<StreamableHttpOptions, "onGap">,
): Transport {
  if (kind === "rpc") {
    if (options.peer === undefined) throw new McpError("not-connected", { detail: "The server is behind a binding." });
    return createBindingTransport({ ...events, open: options.peer });
  }
  const headers = checkCustomHeaders(options.headers);
  const fetch = createAuthorizedFetch({ fetch: options.fetch, tokens: options.tokens, headers });
  const { url, clock, log, serverId, resume: earlier } = options;
  if (kind === "sse") return createSse({ ...events, url, fetch });
  const sessionId = earlier?.facts.era === "legacy" ? earlier.sessionId : null;
  const listens = options.listens !== false;
  return createStreamableHttp({ ...events, url, fetch, clock, log, serverId, sessionId, listens });
}
