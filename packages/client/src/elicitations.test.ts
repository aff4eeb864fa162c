// Questions of MCP servers as a client sees them: told when wanted, over when the agent says so, answered with a code.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startWsAgent, type WsAgent } from "../test/ws-agent.ts";
import { AgentClient, type AgentClientOptions } from "./index.ts";

let server: WsAgent;
const clients: AgentClient[] = [];

beforeEach(async () => {
  server = await startWsAgent();
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await server.stop();
});

function connect(options: Partial<AgentClientOptions> = {}): AgentClient {
  const client = new AgentClient({ agent: "MyAgent", host: server.host, minReconnectionDelay: 1, ...options });
  clients.push(client);
  return client;
}

const question = (id: string) => ({
  id,
  serverId: "s1",
  call: "search",
  mode: "form",
  message: "Who?",
  requestedSchema: { type: "object", properties: {} },
  createdAt: 1,
  deadline: 2,
});
const frame = (ids: readonly string[], ended: readonly object[] = []) => ({
  type: "cf_agent_mcp_elicitations",
  elicitations: ids.map(question),
  ended,
});
const WATCH = { type: "cf_agent_mcp_elicitations" };

test("a client that handles questions asks for them, also after each reconnect, and hears of each one once", async () => {
  const onElicitation = vi.fn();
  const client = connect({ onElicitation });
  const first = await server.connection();
  expect(await first.frame()).toEqual(WATCH);
  first.send(frame(["q1"]));
  first.send(frame(["q1", "q2"]));
  await vi.waitFor(() => expect(onElicitation.mock.calls.map(([{ id }]) => id)).toEqual(["q1", "q2"]));
  expect(client.elicitations.getSnapshot()).toEqual([question("q1"), question("q2")]);
  first.drop();
  const second = await server.connection();
  expect(await second.frame()).toEqual(WATCH);
  const signals = onElicitation.mock.calls.map(([, ended]) => ended as AbortSignal);
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
  second.send(frame(["q2"]));
  await vi.waitFor(() => expect(client.elicitations.getSnapshot()).toHaveLength(1));
  expect(signals.map(({ aborted, reason }) => (aborted ? reason : null))).toEqual(["unknown", null]);
  second.send(frame([], [{ id: "q2", end: "expired" }]));
  await vi.waitFor(() => expect(signals[1]?.reason).toBe("expired"));
  expect(onElicitation).toHaveBeenCalledTimes(2);
});

test("a client that wants no questions sends nothing, until somebody subscribes", async () => {
  const client = connect();
  const connection = await server.connection();
  connection.identify();
  await client.ready;
  expect(connection.unread).toBe(0);
  const heard = vi.fn();
  client.elicitations.subscribe(heard);
  client.elicitations.subscribe(() => undefined);
  expect(await connection.frame()).toEqual(WATCH);
  connection.send(frame(["q1"]));
  await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(1));
  expect(connection.unread).toBe(0);
  connection.drop();
  expect(await (await server.connection()).frame()).toEqual(WATCH);
});

test("an answer is sent once, and its refusal has the agent's code", async () => {
  const client = connect();
  const connection = await server.connection();
  const answer = client.answerElicitation("q1", { action: "accept", content: { name: "Ada" } });
  const sent = await connection.frame();
  expect(sent).toEqual({
    type: "cf_agent_mcp_elicitation_answer",
    id: expect.any(String),
    elicitation: "q1",
    result: { action: "accept", content: { name: "Ada" } },
  });
  connection.send({ type: "rpc", id: sent.id, success: true, done: true });
  await answer;
  const late = client.answerElicitation("q1", { action: "decline" });
  const { id } = await connection.frame();
  connection.send({ type: "rpc", id, success: false, error: "over", code: "elicitation-ended" });
  await expect(late).rejects.toMatchObject({ code: "elicitation-ended" });
});

test("after a close for good nothing is answered", async () => {
  const client = connect();
  client.close();
  await expect(client.answerElicitation("q1", { action: "cancel" })).rejects.toMatchObject({
    code: "connection-closed",
  });
});
