// Ids of servers as developers choose them.
import { McpError } from "../errors.ts";

/** Longest id, in characters. */
export const MCP_SERVER_ID_MAX_LENGTH = 64;

/**
 * Make an id that is safe in URLs and tool names: lower-case, runs of other characters become `-`, starts with a
 * letter (else `id-` is put in front), at most 64 characters. The rule is the reference's.
 *
 * Throws `TypeError` for anything that is not a string.
 */
export function normalizeServerId(input: string): string {
  if (typeof input !== "string") throw new TypeError("An MCP server id must be a string");
  const clean = input
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, "-")
    .replace(/-+/g, "-")
    .replace(/^[-_]+|[-_]+$/g, "");
  const named = /^[a-z]/.test(clean) ? clean : `id-${clean}`.replace(/-+$/, "");
  return named.slice(0, MCP_SERVER_ID_MAX_LENGTH).replace(/-+$/, "");
}

/** Refuses what could not be stored, shown or part of an address; `registerServer` takes any other id as it is. */
export function checkServerId(id: string): string {
  const isDots = id === "." || id === "..";
  if (typeof id === "string" && id.length > 0 && id.length <= 128 && !isDots && !/\p{C}/u.test(id)) return id;
  throw new McpError("option-invalid", {
    detail: "An id is 1 to 128 characters without control characters, not dots.",
  });
}

/** Longest label, in characters. */
const NAME_MAX_LENGTH = 256;

/** `undefined`: the one account there is. */
export function checkAccount(account: string | undefined): string | undefined {
  const isLabel = typeof account === "string" && account.length > 0 && account.length <= NAME_MAX_LENGTH;
  if (account === undefined || (isLabel && !/\p{C}/u.test(account))) return account;
  const detail = `An account is 1 to ${NAME_MAX_LENGTH} characters without control characters.`;
  throw new McpError("option-invalid", { detail });
}

export function checkServerName(name: string): string {
  if (typeof name === "string" && name.length > 0 && name.length <= NAME_MAX_LENGTH) return name;
  throw new McpError("option-invalid", { detail: `A server's name is 1 to ${NAME_MAX_LENGTH} characters.` });
}
