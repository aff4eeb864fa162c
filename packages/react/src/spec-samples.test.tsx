import { startWsAgent, type WsAgent } from "@agents-internal/client/test-server";
import { cleanup, fireEvent, render, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { App, Dashboard } from "../test/spec-samples.jsx";

let server: WsAgent;

beforeEach(async () => {
  server = await startWsAgent();
});

afterEach(async () => {
  cleanup();
  vi.restoreAllMocks();
  await server.stop();
});

test("the dashboard of the pages shows servers and tools as the agent tells them", async () => {
  const { container } = render(<Dashboard host={server.host} />);
  const connection = await server.connection();
  expect(connection.url.pathname).toBe("/agents/my-agent/default");
  connection.sendMcp({
    servers: { s1: { name: "One", server_url: "https://one.example/mcp", state: "ready" } },
    tools: [{ serverId: "s1", name: "search", inputSchema: {} }],
  });
  await waitFor(() => expect(container.textContent).toContain("Available Tools (1)search"));
  expect(container.textContent).toContain("One: ready");
});

test("the sign-in button of the pages opens the server's auth_url", async () => {
  const open = vi.spyOn(window, "open").mockReturnValue(null);
  const { findByText, container } = render(<App host={server.host} />);
  const connection = await server.connection();
  expect(connection.url.pathname).toBe("/agents/my-agent/session-id");
  const one = {
    name: "One",
    server_url: "https://one.example/mcp",
    auth_url: "https://agent.example/start",
    state: "authenticating",
  };
  connection.sendMcp({ servers: { s1: one } });
  fireEvent.click(await findByText("Authorize"));
  expect(open).toHaveBeenCalledExactlyOnceWith("https://agent.example/start", "_blank");
  connection.sendMcp({ servers: { s1: { ...one, state: "ready", auth_url: null } } });
  await waitFor(() => expect(container.textContent).toBe("One: ready"));
});
