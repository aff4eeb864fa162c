import type { MCPServer } from "@agents-internal/protocol";
import { EMPTY_MCP_STATE } from "@agents-internal/protocol";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FakeWindow } from "../test/fake-window.ts";
import { authorizeInPopup, type AuthorizePopupOptions, McpStore } from "./index.ts";

const AUTH_URL = "https://agent.example/callback?flow=1";
const COMPLETED_HINT = { type: "agents:mcp-authorization", serverId: "s1", outcome: "completed" };

let window: FakeWindow;
let mcpStore: McpStore;

beforeEach(() => {
  vi.useFakeTimers();
  window = new FakeWindow();
  mcpStore = new McpStore();
});

afterEach(() => {
  const timers = vi.getTimerCount();
  vi.useRealTimers();
  if (timers > 0) throw new Error(`${timers} timers left behind`);
});

/** What the agent says over its socket. */
function agentSays(state: MCPServer["state"], more: Partial<MCPServer> = {}): void {
  const server: MCPServer = {
    name: "One",
    server_url: "https://one.example/mcp",
    auth_url: state === "authenticating" ? AUTH_URL : null,
    state,
    connectionState: state,
    error: null,
    error_code: null,
    instructions: null,
    capabilities: null,
    auth_reason: null,
    auth_scopes: null,
    auth_tools: null,
    auth_host: null,
    ...more,
  };
  mcpStore.replace({ ...EMPTY_MCP_STATE, servers: { s1: server } });
}

function start(options: Partial<AuthorizePopupOptions> = {}) {
  return authorizeInPopup({ agent: { mcpStore }, serverId: "s1", window, ...options });
}

describe("opening", () => {
  test("goes straight to a known address, with no way back to this page", () => {
    agentSays("authenticating");
    const signIn = start({ features: "popup,noopener,width=300" });
    expect(signIn.getSnapshot()).toEqual({ status: "waiting" });
    expect(window.popup).toMatchObject({ url: AUTH_URL, opener: null, features: "popup,width=300" });
    signIn.cancel();
  });

  test("shows a placeholder at once and sends it on when the agent tells the address", async () => {
    agentSays("failed", { error_code: "authorization-denied" });
    const connect = vi.fn(async () => {});
    const signIn = start({ connect, placeholder: "One moment" });
    expect(signIn.getSnapshot()).toEqual({ status: "opening" });
    expect(window.popup.url).toBe("about:blank");
    expect(window.popup.document.body.textContent).toBe("One moment");
    expect(connect).toHaveBeenCalledTimes(1);
    agentSays("connecting");
    agentSays("authenticating");
    expect(signIn.getSnapshot()).toEqual({ status: "waiting" });
    expect(window.popup.url).toBe(AUTH_URL);
    expect(window.popups).toHaveLength(1);
    signIn.cancel();
  });

  test("takes the id of a new server from connect", async () => {
    const id = Promise.withResolvers<string>();
    const signIn = start({ serverId: undefined, connect: () => id.promise });
    agentSays("authenticating");
    expect(window.popup.url).toBe("about:blank");
    id.resolve("s1");
    await vi.advanceTimersByTimeAsync(0);
    expect(window.popup.url).toBe(AUTH_URL);
    signIn.cancel();
  });

  test("says at once that the browser blocked it, and opens by hand later", () => {
    agentSays("authenticating");
    window.blocked = true;
    const signIn = start();
    expect(signIn.getSnapshot()).toEqual({ status: "blocked" });
    window.blocked = false;
    signIn.openManually();
    expect(signIn.getSnapshot()).toEqual({ status: "waiting" });
    expect(window.popup.url).toBe(AUTH_URL);
    signIn.cancel();
  });

  test("by hand opens the address once more", () => {
    agentSays("authenticating");
    const signIn = start();
    signIn.openManually();
    expect(window.popups.map(({ url }) => url)).toEqual([AUTH_URL, AUTH_URL]);
    signIn.cancel();
  });

  test("by hand replaces a window that is still empty", () => {
    agentSays("connecting");
    const signIn = start();
    const [first] = window.popups;
    signIn.openManually();
    expect(first?.closed).toBe(true);
    expect(window.popups).toHaveLength(2);
    agentSays("authenticating");
    expect(window.popup.url).toBe(AUTH_URL);
    signIn.cancel();
  });

  test("by hand brings a window that kept its opener to the front", () => {
    agentSays("authenticating");
    const signIn = start({ keepOpener: true });
    signIn.openManually();
    expect(window.popups).toHaveLength(1);
    expect(window.popup).toMatchObject({ focused: 1, opener: "opener" });
    signIn.cancel();
  });

  test.each([
    "javascript:alert(1)",
    "http://agent.example/x",
    "file:///etc/passwd",
    "https://user@agent.example/",
    "/relative",
  ])("never opens %s", (auth_url) => {
    agentSays("authenticating", { auth_url });
    expect(start().getSnapshot()).toMatchObject({ status: "denied", code: "url-blocked" });
    expect(window.popups).toHaveLength(0);
  });

  test("closes the placeholder when the address may not be opened", () => {
    agentSays("connecting");
    const signIn = start();
    agentSays("authenticating", { auth_url: "javascript:alert(1)" });
    expect(signIn.getSnapshot()).toMatchObject({ status: "denied", code: "url-blocked" });
    expect(window.popup).toMatchObject({ url: "about:blank", closed: true });
  });

  test("opens nothing for a server that is ready", async () => {
    agentSays("ready");
    const signIn = start();
    expect(await signIn.finished).toEqual({ status: "completed" });
    expect(window.popups).toHaveLength(0);
  });
});

describe("the end", () => {
  test.each(["connecting", "connected", "discovering", "ready"] as const)(
    "is completed when the agent says %s",
    async (state) => {
      agentSays("authenticating");
      const signIn = start();
      agentSays(state);
      expect(await signIn.finished).toEqual({ status: "completed" });
      expect(signIn.getSnapshot()).toEqual({ status: "completed" });
      expect(window.listening).toBe(0);
      expect(window.popup.closed).toBe(false);
    },
  );

  test("is denied with the agent's code and sentence", async () => {
    agentSays("authenticating");
    const signIn = start();
    agentSays("failed", { error_code: "authorization-denied", error: "Access was declined." });
    expect(await signIn.finished).toEqual({
      status: "denied",
      code: "authorization-denied",
      error: "Access was declined.",
    });
    expect(window.listening).toBe(0);
  });

  test("is expired when the agent says so", async () => {
    agentSays("authenticating");
    const signIn = start();
    agentSays("failed", { error_code: "authorization-expired" });
    expect(await signIn.finished).toEqual({ status: "expired" });
  });

  test("comes with the removal of the server", async () => {
    agentSays("authenticating");
    const signIn = start();
    mcpStore.replace(EMPTY_MCP_STATE);
    expect(await signIn.finished).toMatchObject({ status: "denied", code: "removed" });
  });

  test("is cancelled here, which closes the window", async () => {
    agentSays("authenticating");
    const signIn = start();
    signIn.cancel();
    expect(await signIn.finished).toEqual({ status: "cancelled" });
    expect(window.popup.closed).toBe(true);
    expect(window.listening).toBe(0);
    agentSays("ready");
    expect(signIn.getSnapshot()).toEqual({ status: "cancelled" });
  });

  test("needs no sign-in when connecting was enough: the empty window goes", async () => {
    agentSays("failed");
    const signIn = start({ connect: async () => {} });
    agentSays("connecting");
    await vi.advanceTimersByTimeAsync(0);
    agentSays("ready");
    expect(await signIn.finished).toEqual({ status: "completed" });
    expect(window.popup.closed).toBe(true);
  });

  test("is denied when connect fails", async () => {
    const signIn = start({ connect: () => Promise.reject(Object.assign(new Error("No."), { code: "url-blocked" })) });
    expect(await signIn.finished).toEqual({ status: "denied", code: "url-blocked", error: "No." });
    expect(window.popup.closed).toBe(true);
  });

  test("does not come from a failure of before the click", async () => {
    agentSays("failed", { error_code: "authorization-denied" });
    const signIn = start({ connect: async () => {} });
    await vi.advanceTimersByTimeAsync(500);
    expect(signIn.getSnapshot()).toEqual({ status: "opening" });
    agentSays("authenticating");
    expect(signIn.getSnapshot()).toEqual({ status: "waiting" });
    signIn.cancel();
  });

  test("comes from the same failure again", async () => {
    agentSays("failed", { error_code: "host-unreachable", error: "The server could not be reached." });
    const signIn = start({ connect: async () => {} });
    await vi.advanceTimersByTimeAsync(1000);
    expect(await signIn.finished).toMatchObject({ status: "denied", code: "host-unreachable" });
  });
});

describe("a window that looks closed", () => {
  test("is asked about after a grace and ends nothing", async () => {
    agentSays("authenticating");
    const signIn = start({ closedGraceMs: 1500 });
    window.popup.closed = true;
    await vi.advanceTimersByTimeAsync(1000 + 1499);
    expect(signIn.getSnapshot()).toEqual({ status: "waiting" });
    await vi.advanceTimersByTimeAsync(1);
    expect(signIn.getSnapshot()).toEqual({ status: "maybe-closed" });
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(signIn.getSnapshot()).toEqual({ status: "maybe-closed" });
    agentSays("ready");
    expect(await signIn.finished).toEqual({ status: "completed" });
  });

  test("is noticed when this page comes to the front", async () => {
    agentSays("authenticating");
    const signIn = start({ closedGraceMs: 100 });
    window.popup.closed = true;
    window.focus();
    await vi.advanceTimersByTimeAsync(100);
    expect(signIn.getSnapshot()).toEqual({ status: "maybe-closed" });
    signIn.cancel();
  });

  test("can be opened again", async () => {
    agentSays("authenticating");
    const signIn = start();
    window.popup.closed = true;
    await vi.advanceTimersByTimeAsync(3000);
    signIn.openManually();
    expect(signIn.getSnapshot()).toEqual({ status: "waiting" });
    expect(window.popups).toHaveLength(2);
    expect(window.popup.url).toBe(AUTH_URL);
    signIn.cancel();
  });

  test("that closes after the callback page ran gets more time", async () => {
    agentSays("authenticating");
    const signIn = start();
    window.broadcast(COMPLETED_HINT);
    window.popup.closed = true;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(signIn.getSnapshot()).toEqual({ status: "waiting" });
    await vi.advanceTimersByTimeAsync(1000);
    expect(signIn.getSnapshot()).toEqual({ status: "maybe-closed" });
    signIn.cancel();
  });

  test("is as it should be after the callback page ran, but its word alone ends nothing", async () => {
    agentSays("authenticating");
    const signIn = start();
    window.popup.closed = true;
    await vi.advanceTimersByTimeAsync(3000);
    expect(signIn.getSnapshot()).toEqual({ status: "maybe-closed" });
    window.broadcast({ ...COMPLETED_HINT, serverId: "other" });
    expect(signIn.getSnapshot()).toEqual({ status: "maybe-closed" });
    window.broadcast(COMPLETED_HINT);
    expect(signIn.getSnapshot()).toEqual({ status: "waiting" });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(signIn.getSnapshot()).toEqual({ status: "maybe-closed" });
    signIn.cancel();
  });
});

test("nobody interested any more: nothing is watched and the window stays", () => {
  agentSays("authenticating");
  const signIn = start();
  signIn.dispose();
  expect(window.listening).toBe(0);
  expect(window.popup.closed).toBe(false);
});

test("every change of the status is told", () => {
  agentSays("connecting");
  const signIn = start();
  const seen: string[] = [];
  signIn.subscribe(() => seen.push(signIn.getSnapshot().status));
  agentSays("authenticating");
  agentSays("ready");
  expect(seen).toEqual(["waiting", "completed"]);
});
