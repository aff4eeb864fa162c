// What a server says of itself in the handshake, held to what can be stored in a row and sent to every client.
import { isTooDeep } from "../depth.ts";
import { McpError } from "../errors.ts";
import type { Agreement } from "./protocol/handshake.ts";

/** UTF-16 code units of JSON. Far above what servers say; a row may hold 2 MB, and every snapshot carries a part of it. */
const MAX_LENGTH = 256_000;

/** Throws `invalid-response`, `response-too-large`. */
export function checkSelfDescription({ serverInfo, capabilities, instructions, discover }: Agreement): void {
  // First: what is nested too deep cannot be measured either.
  if (isTooDeep(capabilities) || isTooDeep(discover)) {
    throw new McpError("invalid-response", { detail: "What it says of itself is nested too deep." });
  }
  if (JSON.stringify([serverInfo, capabilities, instructions, discover]).length > MAX_LENGTH) {
    throw new McpError("response-too-large", { detail: "What it says of itself is too long." });
  }
}
