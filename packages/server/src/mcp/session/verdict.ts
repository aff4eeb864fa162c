// What a server was found to speak, and for how long that is believed without asking again.
import type { McpError } from "../errors.ts";
import { RPC_CODES } from "./protocol/rpc-error.ts";
import type { SessionFacts } from "./session.ts";

/** ms */
const BELIEVED = 24 * 60 * 60_000;

/** Worth the one request that a test costs: the server may have been upgraded, or put back, since. */
export function isOutdated({ decidedAt }: SessionFacts, now: number): boolean {
  return decidedAt === undefined || now - decidedAt >= BELIEVED;
}

/** Whether a handshake that relied on the verdict failed because the server is another one by now. */
export function isRefuted({ transport }: SessionFacts, error: McpError): boolean {
  if (error.rpcCode === RPC_CODES.unsupportedVersion || error.rpcCode === RPC_CODES.methodNotFound) return true;
  return transport === "sse" && error.code === "transport-not-implemented";
}

/** Whether one session would see what the other one saw. */
export function isSameServer(a: SessionFacts, b: SessionFacts): boolean {
  return (
    a.era === b.era &&
    a.protocolVersion === b.protocolVersion &&
    JSON.stringify(a.capabilities) === JSON.stringify(b.capabilities)
  );
}
