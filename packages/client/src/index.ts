// The framework-free client, by name.
export { AgentClient, type AgentIdentity, type AgentView } from "./agent-client.ts";
export { agentFetch, type AgentFetchOptions } from "./agent-fetch.ts";
export type { OnElicitation } from "./elicitation-store.ts";
export { AgentConnectionError, AgentError, type CloseReason, isTerminalCloseEvent } from "./errors.ts";
export { McpStore } from "./mcp-store.ts";
export { toPartyAddress } from "./options.ts";
export type { AgentAddressOptions, AgentClientHandlers, AgentClientOptions, Query, QueryParams } from "./options.ts";
export { type CallOptions, DEFAULT_CALL_TIMEOUT_MS, type StreamOptions } from "./pending-calls.ts";
export { type Readable, SnapshotStore } from "./snapshot-store.ts";
export { createStubProxy } from "./stub.ts";
export type { RemoteMethods, StateOf, StubOf, UntypedStub } from "./types.ts";
export {
  authorizeInPopup,
  type AuthorizePopupOptions,
  type PopupAuthorization,
  type PopupStatus,
} from "./authorize-popup.ts";
export { toOpenableUrl } from "./popup-url.ts";
export type { PopupHandle, PopupHost } from "./popup-window.ts";
