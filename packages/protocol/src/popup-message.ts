// What the callback page tells the windows of its own origin: a hint only, the agent's word decides.

/** Name of the BroadcastChannel the callback page and the opener share. */
export const POPUP_CHANNEL = "agents:mcp-authorization";

/** Posted by the callback page. Carries nothing secret; the receiver must still wait for the agent's state. */
export interface PopupMessage {
  readonly type: "agents:mcp-authorization";
  readonly serverId: string;
  readonly outcome: "completed" | "failed";
}

export function isPopupMessage(value: unknown): value is PopupMessage {
  if (typeof value !== "object" || value === null) return false;
  const { type, serverId, outcome } = value as Partial<Record<keyof PopupMessage, unknown>>;
  return type === POPUP_CHANNEL && typeof serverId === "string" && (outcome === "completed" || outcome === "failed");
}
