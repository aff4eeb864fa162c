// WebSocket close codes with which an agent ends a connection for good.

export const CloseCode = {
  /** The page's origin may not connect. */
  ORIGIN_REFUSED: 4403,
  /** No such agent. */
  NOT_FOUND: 4404,
  /** A frame was larger than allowed. */
  TOO_LARGE: 1009,
  /** More frames than one client may send; connecting again after a while is fine. */
  TOO_MANY: 1013,
  /** The application's own refusal. */
  POLICY: 1008,
} as const;

/** True when connecting again cannot help: 1008 and the application range 4000 to 4999. */
export function isTerminalCloseCode(code: number): boolean {
  return code === 1008 || (code >= 4000 && code <= 4999);
}
