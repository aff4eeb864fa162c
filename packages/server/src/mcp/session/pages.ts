// Reads one page of a list as served, leaving out only what is not an item at all, and icons that no page should show.
import type { Prompt, Resource, ResourceTemplate, Tool } from "@agents-internal/protocol";
import { isTooDeep } from "../depth.ts";
import { McpError } from "../errors.ts";
import { isRecord } from "../is-record.ts";
import { headerDeclarations } from "./param-headers.ts";
import { withSafeIcons } from "./safe-icons.ts";
import type { CatalogueKind, Page } from "./session.ts";

/** How a kind of list is asked for, and the least an item needs to be one. */
export interface ListKind<T> {
  readonly kind: CatalogueKind;
  readonly method: string;
  readonly capability: "tools" | "prompts" | "resources";
  readonly field: string;
  readonly isItem: (value: unknown) => value is T;
}

const hasText = (value: unknown, ...fields: readonly string[]): boolean =>
  isRecord(value) && fields.every((field) => typeof value[field] === "string" && value[field] !== "");

export const TOOLS: ListKind<Tool> = {
  kind: "tools",
  method: "tools/list",
  capability: "tools",
  field: "tools",
  isItem: (value): value is Tool => hasText(value, "name") && isRecord(value) && isRecord(value.inputSchema),
};

export const PROMPTS: ListKind<Prompt> = {
  kind: "prompts",
  method: "prompts/list",
  capability: "prompts",
  field: "prompts",
  isItem: (value): value is Prompt => hasText(value, "name"),
};

export const RESOURCES: ListKind<Resource> = {
  kind: "resources",
  method: "resources/list",
  capability: "resources",
  field: "resources",
  isItem: (value): value is Resource => hasText(value, "uri", "name"),
};

export const RESOURCE_TEMPLATES: ListKind<ResourceTemplate> = {
  kind: "resourceTemplates",
  method: "resources/templates/list",
  capability: "resources",
  field: "resourceTemplates",
  isItem: (value): value is ResourceTemplate => hasText(value, "uriTemplate", "name"),
};

/** Throws `invalid-response` when there is no list in it. */
export function readPage<T>(list: ListKind<T>, result: unknown): Page<T> {
  const served = isRecord(result) ? result[list.field] : undefined;
  if (!isRecord(result) || !Array.isArray(served))
    throw new McpError("invalid-response", { detail: `No list of ${list.kind}.` });
  const items = served
    .filter(list.isItem)
    .filter((item) => !isTooDeep(item))
    .map(withSafeIcons);
  const { nextCursor, ttlMs } = result;
  return {
    items,
    nextCursor: typeof nextCursor === "string" ? nextCursor : null,
    dropped: served.length - items.length,
    ttlMs: typeof ttlMs === "number" && Number.isFinite(ttlMs) ? ttlMs : null,
  };
}

/** A modern server's tool whose header declarations break the rules must not be offered (2026-07-28, "Custom Headers"). */
export function hasValidHeaders(tool: Tool): boolean {
  return headerDeclarations(tool.inputSchema) !== null;
}
