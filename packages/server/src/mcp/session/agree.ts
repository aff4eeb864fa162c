// Reaches a server and agrees with it: on what was agreed before, on what it says now, or by the older handshake.
import { toMcpError } from "./call-error.ts";
import type { Early } from "./early.ts";
import { type HandshakeOptions, initialize, negotiate, resume } from "./protocol/handshake.ts";
import { checkSelfDescription } from "./self-description.ts";
import type { OpenSessionOptions, SessionFacts, TransportKind } from "./session.ts";

/** Rejects with `McpError`, and leaves nothing open then. `early` is begun where the server is believed to be of the modern era. */
export async function agree(
  handshake: HandshakeOptions,
  { resume: before, known = before?.facts, signal, clock }: OpenSessionOptions,
  transport: TransportKind,
  early: Early,
): Promise<SessionFacts> {
  const onAbort = (): void => handshake.transport.close();
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    await handshake.transport.start();
    if (before !== undefined && canGoOn(before.facts, transport)) {
      return { transport, ...resume(handshake, before.facts), decidedAt: before.facts.decidedAt };
    }
    const isAsked = transport !== "sse" && known?.era !== "legacy";
    const agreeing = isAsked ? negotiate(handshake) : initialize(handshake);
    if (isAsked && known !== undefined) early.begin();
    const agreement = await agreeing;
    checkSelfDescription(agreement);
    // That a legacy server is no modern one was not found out now, but believed.
    const decidedAt = isAsked || known === undefined ? clock.now() : known.decidedAt;
    return { transport, ...agreement, decidedAt };
  } catch (error) {
    handshake.transport.close();
    throw toMcpError(error, signal);
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}

/** Whether nothing has to be said to go on with it. Over SSE the stream was the session; an object knows of none. */
function canGoOn({ era, discover }: SessionFacts, transport: TransportKind): boolean {
  return era === "modern" ? discover !== null : transport === "streamable-http";
}
