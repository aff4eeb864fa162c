// Fetches one well-known JSON document, and says plainly whether it is there.
import { McpError } from "../errors.ts";
import type { FetchPurpose, GuardedFetch } from "../guarded-fetch.ts";

export type MetadataAnswer =
  | { readonly kind: "found"; readonly status: number; readonly document: Readonly<Record<string, unknown>> }
  /** 404: there is no such document. */
  | { readonly kind: "absent"; readonly status: number }
  /** 403: something before the document lets nobody look. */
  | { readonly kind: "forbidden"; readonly status: number }
  /** Something answered, but not with a document. */
  | { readonly kind: "unusable"; readonly status: number };

/** Rejects with `http-error` when the host is in trouble (429, 5xx), and with what the guarded fetch throws. */
export async function fetchMetadata(fetch: GuardedFetch, url: string, purpose: FetchPurpose): Promise<MetadataAnswer> {
  const response = await fetch(url, { purpose, method: "GET", headers: { accept: "application/json" } });
  const { status } = response;
  if (status !== 200) {
    await response.body?.cancel();
    if (status === 429 || status >= 500)
      throw new McpError("http-error", { status, detail: `(${purpose}: ${status})` });
    return { kind: status === 404 ? "absent" : status === 403 ? "forbidden" : "unusable", status };
  }
  const document = parseObject(await response.text());
  return document === null ? { kind: "unusable", status } : { kind: "found", status, document };
}

/** `null` when the text is not one JSON object. */
export function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
