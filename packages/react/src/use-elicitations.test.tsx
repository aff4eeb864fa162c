import { startWsAgent, type WsAgent } from "@agents-internal/client/test-server";
import { cleanup, fireEvent, render, renderHook, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useAgent, useElicitations } from "./index.ts";

let server: WsAgent;

beforeEach(async () => {
  server = await startWsAgent();
});
afterEach(async () => {
  cleanup();
  await server.stop();
});

const facts = { serverId: "s1", call: "search", createdAt: 1, deadline: 2 };
const form = { ...facts, id: "q1", mode: "form", message: "Who?", requestedSchema: { type: "object", properties: {} } };
const frame = (elicitations: readonly object[], ended: readonly object[] = []) => ({
  type: "cf_agent_mcp_elicitations",
  elicitations,
  ended,
});

test("a component shows a question, answers it, and sees it go", async () => {
  function Questions() {
    const { elicitations, answer } = useElicitations(useAgent({ agent: "MyAgent", host: server.host }));
    return elicitations.map(({ id, message }) => (
      <button key={id} onClick={() => void answer(id, { action: "decline" })}>
        {message}
      </button>
    ));
  }
  const { container, findByRole } = render(<Questions />);
  const connection = await server.connection();
  expect(await connection.frame()).toEqual({ type: "cf_agent_mcp_elicitations" });
  connection.send(frame([form]));
  fireEvent.click(await findByRole("button", { name: "Who?" }));
  const sent = await connection.frame();
  expect(sent).toMatchObject({ elicitation: "q1", result: { action: "decline" } });
  connection.send({ type: "rpc", id: sent.id, success: true, done: true });
  connection.send(frame([], [{ id: "q1", end: "answered" }]));
  await waitFor(() => expect(container.textContent).toBe(""));
});

test("each question reaches onElicitation of the latest render, with a signal for its end", async () => {
  const [first, second] = [vi.fn(), vi.fn()];
  const { rerender } = renderHook(
    ({ onElicitation }) => useAgent({ agent: "MyAgent", host: server.host, onElicitation }),
    { initialProps: { onElicitation: first } },
  );
  const connection = await server.connection();
  expect(await connection.frame()).toEqual({ type: "cf_agent_mcp_elicitations" });
  rerender({ onElicitation: second });
  connection.send(frame([form]));
  await waitFor(() => expect(second).toHaveBeenCalledExactlyOnceWith(form, expect.any(AbortSignal)));
  const [, ended] = second.mock.calls[0] as [unknown, AbortSignal];
  connection.send(frame([], [{ id: "q1", end: "answered" }]));
  await waitFor(() => expect(ended.reason).toBe("answered"));
  expect(first).not.toHaveBeenCalled();
});

test("a component that asks for no questions makes its client ask for none", async () => {
  const { result } = renderHook(() => useAgent({ agent: "MyAgent", host: server.host }));
  const connection = await server.connection();
  connection.identify();
  await result.current.ready;
  expect(connection.unread).toBe(0);
});
