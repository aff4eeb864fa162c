// How much and how long one answer from the network may be.
import type { FetchPurpose } from "../guarded-fetch.ts";

export interface FetchLimits {
  /** Bytes of one sign-in document (metadata, token answer, icon), counted after decompression. */
  readonly documentBytes: number;
  /** ms for one sign-in document, redirects and body included. */
  readonly documentMs: number;
  /** ms until the head of an MCP answer arrives. Its body has no limit of time here. */
  readonly headMs: number;
  /** Redirects followed at most. */
  readonly redirects: number;
}

export const FETCH_LIMITS: FetchLimits = {
  documentBytes: 256 * 1024,
  documentMs: 10_000,
  headMs: 30_000,
  redirects: 3,
};

/** Bytes of one MCP message, whether it is a whole body or one event of a stream. */
export const MESSAGE_BYTES = 8 * 1024 * 1024;

/** Whether a purpose reads small documents, as opposed to MCP traffic that may stream for hours. */
export function isDocument(purpose: FetchPurpose): boolean {
  return purpose !== "mcp";
}

/** Requests that carry credentials to spend; a redirect would hand them to somebody else. */
export function mayRedirect(purpose: FetchPurpose): boolean {
  return purpose !== "registration" && purpose !== "token" && purpose !== "revocation";
}
