import { EMPTY_MCP_STATE } from "@agents-internal/protocol";
import { McpStore } from "@agents-internal/client";
import { FakeWindow } from "@agents-internal/client/test-window";
import { act, cleanup, fireEvent, render, renderHook, screen } from "@testing-library/react";
import { StrictMode } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useMcpAuthorize } from "./index.ts";

const AUTH_URL = "https://agent.example/callback?flow=1";

let window: FakeWindow;
let agent: { readonly mcpStore: McpStore };

beforeEach(() => {
  window = new FakeWindow();
  agent = { mcpStore: new McpStore() };
});

afterEach(cleanup);

function agentSays(state: string, more: object = {}): void {
  const server = {
    name: "One",
    server_url: "https://one.example/mcp",
    auth_url: state === "authenticating" ? AUTH_URL : null,
    state,
  };
  act(() => {
    const frame: unknown = { ...EMPTY_MCP_STATE, servers: { s1: { ...server, ...more } } };
    agent.mcpStore.replace(frame as typeof EMPTY_MCP_STATE);
  });
}

function SignIn({ serverId = "s1", connect }: { serverId?: string; connect?: () => Promise<void> }) {
  const { status, error, start, cancel } = useMcpAuthorize(agent, serverId, { window, connect });
  return (
    <>
      <output>{error ? `${status}: ${error.code}` : status}</output>
      <button onClick={start}>start</button>
      <button onClick={cancel}>cancel</button>
    </>
  );
}

const click = (name: string) => fireEvent.click(screen.getByText(name));
const shown = () => screen.getByRole("status").textContent;

test("a click opens the window within the click, and the agent's word ends it", () => {
  agentSays("authenticating");
  render(<SignIn />, { wrapper: StrictMode });
  expect(shown()).toBe("idle");
  click("start");
  expect(window.popup.url).toBe(AUTH_URL);
  expect(shown()).toBe("waiting");
  agentSays("connecting");
  expect(shown()).toBe("completed");
  expect(window.listening).toBe(0);
});

test("a second click opens no second window", () => {
  agentSays("authenticating");
  render(<SignIn />);
  click("start");
  click("start");
  expect(window.popups).toHaveLength(1);
});

test("a denied sign-in is named, and can be started again", () => {
  agentSays("authenticating");
  const connect = vi.fn(async () => {});
  render(<SignIn connect={connect} />);
  click("start");
  agentSays("failed", { error_code: "authorization-denied", error: "Access was declined." });
  expect(shown()).toBe("denied: authorization-denied");
  expect(connect).not.toHaveBeenCalled();
  click("start");
  expect(connect).toHaveBeenCalledTimes(1);
  expect(shown()).toBe("opening");
  agentSays("authenticating");
  expect(shown()).toBe("waiting");
  expect(window.popups).toHaveLength(2);
});

test("a blocked window is named at once", () => {
  agentSays("authenticating");
  window.blocked = true;
  render(<SignIn />);
  click("start");
  expect(shown()).toBe("blocked");
  window.blocked = false;
  click("start");
  expect(shown()).toBe("waiting");
});

test("cancelling closes the window", () => {
  agentSays("authenticating");
  render(<SignIn />);
  click("start");
  click("cancel");
  expect(shown()).toBe("cancelled");
  expect(window.popup.closed).toBe(true);
});

test("another server, or unmounting, stops watching and leaves the window", () => {
  agentSays("authenticating");
  const { rerender, unmount } = render(<SignIn />);
  click("start");
  rerender(<SignIn serverId="s2" />);
  expect(shown()).toBe("idle");
  expect(window.listening).toBe(0);
  rerender(<SignIn />);
  click("start");
  expect(window.listening).toBeGreaterThan(0);
  unmount();
  expect(window.listening).toBe(0);
  expect(window.popup.closed).toBe(false);
});

test("a sign-in begun without an id goes on when the id is known", async () => {
  const id = Promise.withResolvers<string>();
  const connect = () => id.promise;
  const { result, rerender } = renderHook(({ serverId }) => useMcpAuthorize(agent, serverId, { window, connect }), {
    initialProps: { serverId: undefined as string | undefined },
  });
  act(() => result.current.start());
  agentSays("authenticating");
  rerender({ serverId: "s1" });
  expect(result.current.status).toBe("opening");
  await act(async () => id.resolve("s1"));
  expect(result.current.status).toBe("waiting");
  expect(window.popup.url).toBe(AUTH_URL);
});

test("the functions stay the same while nothing is under way", () => {
  const { result, rerender } = renderHook(() => useMcpAuthorize(agent, "s1", { window }));
  const first = result.current;
  rerender();
  expect(result.current.start).toBe(first.start);
  expect(result.current.cancel).toBe(first.cancel);
});
