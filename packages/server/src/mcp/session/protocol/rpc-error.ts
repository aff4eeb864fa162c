// A refusal in the words of JSON-RPC: of a server's, or of ours for a server.

/** JSON-RPC 2.0 section 5.1, and what MCP adds. */
export const RPC_CODES = {
  methodNotFound: -32_601,
  invalidParams: -32_602,
  internalError: -32_603,
  /** 2026-07-28: what the headers say is not what the message says. */
  headerMismatch: -32_020,
  /** 2026-07-28: the server does not speak the revision of the request, so it has not run it. */
  unsupportedVersion: -32_022,
  /** 2025-11-25: a person has to visit a page first. */
  pageRequired: -32_042,
} as const;

export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.data = data;
  }
}
