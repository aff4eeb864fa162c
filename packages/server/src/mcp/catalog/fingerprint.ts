// The fingerprint of a tool's definition: the same for the same meaning, whatever order a server writes its fields in.
import type { Tool } from "@agents-internal/protocol";
import { encodeBase64Url } from "../base64url.ts";
import { stableText } from "../stable-text.ts";

/** Fingerprints by tool name. */
export type Fingerprints = ReadonlyMap<string, string>;

/**
 * SHA-256 over what a model or a person is told of each tool; icons and `_meta` are not part of it. `known`: that of a tool
 * which has one already; `null`: it has none.
 */
export async function fingerprint(
  tools: readonly Tool[],
  known: (tool: Tool) => string | null = () => null,
): Promise<Fingerprints> {
  const entries = tools.map(async (tool) => {
    const earlier = known(tool);
    if (earlier !== null) return [tool.name, earlier] as const;
    const bytes = new TextEncoder().encode(canonicalText(tool));
    const digest = await crypto.subtle.digest("SHA-256", bytes);
    return [tool.name, encodeBase64Url(new Uint8Array(digest))] as const;
  });
  return new Map(await Promise.all(entries));
}

function canonicalText({ name, title, description, inputSchema, outputSchema, annotations }: Tool): string {
  const definition = { name, title, description, inputSchema, outputSchema, annotations };
  try {
    return stableText(definition);
  } catch {
    // Nested too deeply to be walked by us; the engine's own walk goes further.
    return JSON.stringify(definition);
  }
}
