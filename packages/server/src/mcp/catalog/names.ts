// The name a model knows a tool by: legal for every provider, readable, the same whichever servers are there.

/** What OpenAI, Anthropic and others accept as a tool's name. */
const LEGAL = /^[A-Za-z0-9_-]{1,64}$/;
const ILLEGAL = /[^A-Za-z0-9_-]/;
const MAX_LENGTH = 64;

/**
 * `tool_{serverId}_{toolName}` where that is legal and says unmistakably which tool is meant; otherwise
 * `mcp_{server}_{tool}_{hash}` with both parts cleaned and shortened.
 *
 * Pure: a name never depends on which other servers are connected, so prompts and prompt caches survive.
 */
export function toolKey(serverId: string, toolName: string): string {
  const plain = `tool_${serverId}_${toolName}`;
  // With an underscore in the id, `a_b` + `c` and `a` + `b_c` would read the same.
  if (LEGAL.test(plain) && !serverId.includes("_")) return plain;
  const hash = fingerprint(`${serverId}\u0000${toolName}`);
  const room = MAX_LENGTH - "mcp___".length - hash.length;
  const server = slug(serverId).slice(0, Math.floor(room / 3));
  return `mcp_${server}_${slug(toolName).slice(0, room - server.length)}_${hash}`;
}

/** {@link toolKey} of each; for the thousand tools of a model's prompt looked at together. */
export function toolKeys(serverId: string, toolNames: readonly string[]): string[] {
  const prefix = `tool_${serverId}_`;
  const room = MAX_LENGTH - prefix.length;
  const isPlain = !serverId.includes("_") && !ILLEGAL.test(prefix) && !ILLEGAL.test(toolNames.join(""));
  return toolNames.map((name) => (isPlain && name.length <= room ? prefix + name : toolKey(serverId, name)));
}

function slug(text: string): string {
  return text.replace(/[^A-Za-z0-9-]+/g, "_").replace(/^_+|_+$/g, "") || "x";
}

/** 64 bits of FNV-1a in base 36. Names are told apart by it; nothing is protected by it. */
function fingerprint(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(36).padStart(13, "0");
}
