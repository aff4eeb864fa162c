// What a model gets to see of a tool's result: text, JSON and files, in the words of AI SDK 6 and 7.
import type { CallToolResult, ContentBlock, JsonObject, ResourceContents } from "@agents-internal/protocol";
import { stableText } from "../stable-text.ts";

export type AIModelOutput =
  | { readonly type: "text"; readonly value: string }
  | { readonly type: "json"; readonly value: AIJson }
  | { readonly type: "content"; readonly value: AIContentPart[] };

/** JSON as the SDK's types write it: not read-only. */
export type AIJson = string | number | boolean | null | { [key: string]: AIJson | undefined } | AIJson[];

/** The parts that both versions have types for. */
export type AIContentPart =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "image-data"; readonly data: string; readonly mediaType: string }
  | { readonly type: "file-data"; readonly data: string; readonly mediaType: string; readonly filename?: string };

/** The one part for files that AI SDK 7 does not call deprecated, with a warning for each. Version 6 does not have it. */
interface AIFilePart {
  readonly type: "file";
  readonly data: { readonly type: "data"; readonly data: string };
  readonly mediaType: string;
  readonly filename?: string;
}

interface BinaryContent {
  readonly data: string;
  readonly mediaType: string;
  readonly filename?: string;
}

/**
 * The result as an output for the model. Nothing is left out: structured content that is not already there as text is
 * added, resource links are shown with their address.
 *
 * `dialect`: 6 is understood by both versions.
 */
export function toModelOutput(result: CallToolResult, dialect: 6 | 7): AIModelOutput {
  const { content, structuredContent } = result;
  const isRepeated = structuredContent !== undefined && content.some((block) => saysTheSame(block, structuredContent));
  if (structuredContent !== undefined && content.length === (isRepeated ? 1 : 0)) {
    return { type: "json", value: structuredContent as AIJson };
  }
  const parts = content.map((block) => toPart(block, dialect));
  if (structuredContent !== undefined && !isRepeated) parts.push(text(JSON.stringify(structuredContent)));
  const words = parts.flatMap((part) => (part.type === "text" ? [part.text] : []));
  return words.length === parts.length ? { type: "text", value: words.join("\n") } : { type: "content", value: parts };
}

/** A result in words alone, as for the message of an error. */
export function textOf({ content, structuredContent }: CallToolResult): string {
  if (content.length === 0 && structuredContent !== undefined) return JSON.stringify(structuredContent);
  return content
    .map((block) => {
      const binary = binaryOf(block);
      return binary === null ? textOfBlock(block) : `[${binary.mediaType}]`;
    })
    .join("\n");
}

function toPart(block: ContentBlock, dialect: 6 | 7): AIContentPart {
  const binary = binaryOf(block);
  if (binary === null) return text(textOfBlock(block));
  const { data, ...about } = binary;
  if (dialect === 7) {
    const file: AIFilePart = { type: "file", data: { type: "data", data }, ...about };
    // The types of version 6 stand for both: a part that only one of them has cannot be said in them.
    return file as unknown as AIContentPart;
  }
  return binary.mediaType.startsWith("image/")
    ? { type: "image-data", data, mediaType: binary.mediaType }
    : { type: "file-data", data, ...about };
}

/** `null` for what is text, and for a block that does not carry what its type says. */
function binaryOf(block: ContentBlock): BinaryContent | null {
  if (block.type === "image" || block.type === "audio") {
    const { data, mimeType } = block;
    return isFilled(data) && isFilled(mimeType) ? { data, mediaType: mimeType } : null;
  }
  if (block.type !== "resource" || !isFilled(block.resource?.blob)) return null;
  const { blob, uri, mimeType } = block.resource;
  const filename = fileName(uri);
  return {
    data: blob,
    mediaType: isFilled(mimeType) ? mimeType : "application/octet-stream",
    ...(filename === null ? {} : { filename }),
  };
}

function textOfBlock(block: ContentBlock): string {
  if (block.type === "text" && typeof block.text === "string") return block.text;
  if (block.type === "resource" && typeof block.resource?.text === "string") return textOfResource(block.resource);
  const { _meta, ...shown } = block;
  return JSON.stringify(shown);
}

/** With its address, by which the model can ask for it or name it. */
function textOfResource({ uri, mimeType, text: words }: ResourceContents): string {
  return JSON.stringify({ uri, ...(mimeType === undefined ? {} : { mimeType }), text: words });
}

function text(words: string): AIContentPart {
  return { type: "text", text: words };
}

/** Servers are asked to repeat structured content as text for older clients. */
function saysTheSame(block: ContentBlock, value: JsonObject): boolean {
  if (block.type !== "text" || typeof block.text !== "string") return false;
  try {
    return stableText(JSON.parse(block.text)) === stableText(value);
  } catch {
    return false;
  }
}

function fileName(uri: string): string | null {
  const last = /[^/?#]+(?=[?#]|$)/.exec(uri.replace(/^[a-z][a-z0-9+.-]*:\/*/i, ""))?.[0];
  return last === undefined ? null : last.slice(-100);
}

function isFilled(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
