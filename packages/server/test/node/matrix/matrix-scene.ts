// One agent with every handler, and one server it was added to.
import type { ElicitResult, SamplingRequest } from "@agents-internal/protocol";
import { expect, vi } from "vitest";
import type { LogMessage } from "../../../src/mcp/log-message.ts";
import { MCPClientManager } from "../../../src/mcp/manager.ts";
import { createFakePorts, type FakePorts } from "../fake-ports.ts";
import type { SeenRequest } from "../http-server.ts";
import { VAULT_KEYS } from "../mcp-host.ts";
import type { Kind, MatrixServer } from "./matrix-servers.ts";

export interface MatrixScene {
  readonly server: MatrixServer;
  readonly ports: FakePorts;
  readonly mcp: MCPClientManager;
  readonly id: string;
  /** No two scenes have the same. */
  readonly serial: number;
  /** What the server was asked since the scene began. */
  seen(): readonly SeenRequest[];
  /** How often it was asked this. */
  asked(method: string): number;
  readonly logs: LogMessage[];
  /** Resources that the server said have changed. */
  readonly updates: string[];
  /** What the person answers. */
  readonly answers: { form: ElicitResult };
  /** Pages the person was sent to. */
  readonly pages: string[];
  readonly asksOfModels: SamplingRequest[];
  /** Everything in memory is lost. */
  wake(): Promise<void>;
  /** The server heard that the last call is not waited for any more, in the way of its revision. */
  expectCancelled(): Promise<void>;
  expectEnded(): Promise<void>;
  dispose(): Promise<void>;
}

/** What has to come true, however slow the machine is. */
export const soon = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, 10_000);

let serial = 0;

export async function createScene({ era, ends }: Kind, server: MatrixServer): Promise<MatrixScene> {
  const timers = new Map<string, NodeJS.Timeout>();
  const cancel = (key: string): void => clearTimeout(timers.get(key));
  const ports = createFakePorts({
    clock: { now: () => Date.now() },
    alarms: {
      cancel,
      set(key, dueAt) {
        cancel(key);
        const ring = (): void => void mcp.onAlarm(key);
        timers.set(key, setTimeout(ring, Math.max(0, dueAt - Date.now())));
      },
    },
  });
  const from = server.seen.length;
  const logs: LogMessage[] = [];
  const updates: string[] = [];
  const pages: string[] = [];
  const asksOfModels: SamplingRequest[] = [];
  const answers: MatrixScene["answers"] = { form: { action: "cancel" } };

  const make = (): MCPClientManager => {
    const made = new MCPClientManager(ports, {
      vaultKeys: VAULT_KEYS,
      vaultRequired: true,
      allowOrigins: ["http://127.0.0.1:*"],
    });
    made.configureElicitationHandlers({
      form: () => answers.form,
      url: ({ params }) => {
        if (params.mode === "url") pages.push(params.url);
        return { action: "accept" };
      },
    });
    made.configureSamplingHandler((request) => {
      asksOfModels.push(request);
      return { role: "assistant", content: { type: "text", text: "Four." }, model: "mock" };
    });
    made.configureRoots([{ uri: "file:///before" }]);
    made.onLogMessage((message) => void logs.push(message));
    made.onResourceUpdated(({ uri }) => void updates.push(uri));
    return made;
  };

  let mcp = make();
  const seen = () => server.seen.slice(from);
  const { id, state } = await mcp.addServer("real", server.url, { callbackUrl: null });
  expect(state).toBe("ready");
  return {
    server,
    ports,
    id,
    serial: (serial += 1),
    seen,
    asked: (method) => seen().filter(({ rpc }) => rpc === method).length,
    logs,
    updates,
    answers,
    pages,
    asksOfModels,
    get mcp() {
      return mcp;
    },
    async wake() {
      await mcp.dispose();
      mcp = make();
    },
    async expectCancelled() {
      await soon(() => {
        const call = seen().find(({ rpc }) => rpc === "tools/call");
        // On a slow machine a call may be taken back before it has arrived.
        const requestId: unknown = call ? (JSON.parse(call.body) as { readonly id?: unknown }).id : expect.anything();
        if (era === "modern") return expect(call?.cut()).toBe(true);
        const cancellation = seen().find(({ rpc }) => rpc === "notifications/cancelled");
        expect(JSON.parse(cancellation?.body ?? "{}")).toMatchObject({ params: { requestId } });
      });
    },
    async expectEnded() {
      await soon(() => {
        const end =
          ends === "DELETE"
            ? seen().find(({ method, headers }) => method === "DELETE" && headers.has("mcp-session-id"))
            : seen().find(({ method, cut }) => method === "GET" && cut());
        expect(end).toBeDefined();
      });
    },
    async dispose() {
      for (const key of timers.keys()) cancel(key);
      await mcp.dispose();
    },
  };
}
