// What people test their agents with (and we ours): a network of mock servers, a browser, a clock.
export { createMockNetwork, type FetchHandler, type MockNetwork, type RecordedRequest } from "./mock-network.ts";
export {
  createMockAuthorizationServer,
  type EarlierGrant,
  type MockAuthorizationServer,
  type MockAuthorizationServerOptions,
  type MockGrant,
} from "./mock-authorization-server.ts";
export {
  AUTHORIZATION_SERVER_ATTACKS,
  AUTHORIZATION_SERVER_QUIRKS,
  type AuthorizationServerAttack,
  type AuthorizationServerQuirk,
  type AuthorizationServerSwitch,
} from "./oauth/quirks.ts";
export { createMockProvider, type MockProvider, type MockProviderOptions } from "./mock-provider.ts";
export { PROVIDER_PROFILES, type ProviderName, type ProviderProfile } from "./provider-profiles.ts";
export type { Consent } from "./oauth/authorize-endpoint.ts";
export type { RegisteredClient } from "./oauth/grants.ts";
export { createMockMcpServer, type MockMcpServer, type MockMcpServerOptions } from "./mock-mcp-server.ts";
export { createMockSseServer, type MockSseServer, type MockSseServerOptions } from "./mock-sse-server.ts";
export {
  MCP_SERVER_ATTACKS,
  MCP_SERVER_FAULTS,
  type McpServerAttack,
  type McpServerFault,
  type McpServerSwitch,
} from "./mcp/faults.ts";
export {
  ECHO_TOOL,
  type MockPrompt,
  type MockResource,
  type MockTool,
  type Offer,
  type ToolCall,
} from "./mcp/offer.ts";
export type { MockTask, MockTaskOptions } from "./mcp/tasks.ts";
export type { MockAuthorization } from "./mcp/authorization.ts";
export { approve, createTestBrowser, deny, type FetchSite, type TestBrowser, type Visit } from "./test-browser.ts";
export { createTestClock, type TestClock } from "./test-clock.ts";
export { createFakeWindow, type FakePopup, type FakeWindow } from "./fake-popup.ts";
export { MCP_SNAPSHOTS, type McpSnapshotName } from "./snapshots.ts";
