// What a server says of itself in the handshake, held to what can be stored in a row and sent to every client.
import type { Client } from "@modelcontextprotocol/client";
import { isTooDeep } from "../depth.ts";
import { McpError } from "../errors.ts";

/** UTF-16 code units of JSON. Far above what servers say; a row may hold 2 MB, and every snapshot carries a part of it. */
const MAX_LENGTH = 256_000;

/** Throws `invalid-response`, `response-too-large`. */
export function checkSelfDescription(client: Client): void {
  const capabilities = client.getServerCapabilities();
  const discovered = client.getDiscoverResult();
  // First: what is nested too deep cannot be measured either.
  if (isTooDeep(capabilities) || isTooDeep(discovered)) {
    throw new McpError("invalid-response", { detail: "What it says of itself is nested too deep." });
  }
  const said = [client.getServerVersion(), capabilities, client.getInstructions(), discovered];
  if (JSON.stringify(said).length > MAX_LENGTH) {
    throw new McpError("response-too-large", { detail: "What it says of itself is too long." });
  }
}
