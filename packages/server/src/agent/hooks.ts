// Puts an agent's own behaviour around the hooks its author wrote.
import type { Connection, ConnectionContext, WSMessage } from "partyserver";
import { adoptConnection, adoptNewConnection, closeQuietly, setConnectionFlags } from "./connection.ts";
import type { RunContext } from "./current-agent.ts";
import { wrapHook } from "./entry-points.ts";
import { checkTags, INTERNAL_ERROR, prepareConnection } from "./socket-hub.ts";

/** The agent, as far as its hooks need it. */
export interface HookHost {
  readonly instance: object;
  /** Run with `getCurrentAgent()` answering. */
  run<T>(context: Partial<Omit<RunContext, "agent">>, work: () => T): T;
  /** Run `work`; what it throws goes to the author's `onError`. Says whether it went well. Never throws. */
  settle(work: () => unknown, connection: Connection): true | Promise<boolean>;
  /** Run the author's `onStart` once, however many callers wait for it. */
  start(onStart: () => unknown): Promise<void>;
  connectionsOf(id: string): Iterable<Connection>;
  /** Decide what the connection may, and send its first frames. Synchronous, so that no broadcast comes between. */
  greet(connection: Connection, ctx: ConnectionContext): void;
  /** Handle a frame; `other` is the author's `onMessage`. */
  receive(connection: Connection, message: WSMessage, other: () => Promise<void>): Promise<void>;
  /** The author's `onError` itself threw. */
  errorHandlerFailed(): void;
}

/** Call at the first event and not before: class fields of the author's are assigned after our constructor. */
export function installHooks(host: HookHost): void {
  type Around = (original: () => unknown, connection: Connection, second: never) => unknown;
  const hook = (name: string, around: Around): void =>
    wrapHook(host.instance, name, (original, args) => {
      const [connection, second] = args as [Connection, never];
      return around(() => Reflect.apply(original, host.instance, args), connection, second);
    });
  /** Why a connection must end before it began. */
  const failures = new WeakMap<Connection, unknown>();

  hook("onStart", (start) => host.start(start));

  hook("onError", async (handle, connection) => {
    try {
      await host.run({ connection: connection instanceof WebSocket ? connection : undefined }, handle);
    } catch {
      host.errorHandlerFailed();
    }
  });

  hook("getConnectionTags", async (chooseTags, connection, ctx: ConnectionContext) => {
    try {
      prepareConnection(connection, ctx.request.url, (id) => host.connectionsOf(id));
      return checkTags(connection, (await chooseTags()) as string[]);
    } catch (error) {
      // Thrown from here, its stack would be sent to the client.
      failures.set(connection, error);
      return [];
    }
  });

  hook("onConnect", async (connect, connection, ctx: ConnectionContext) => {
    const welcome = await host.settle(async () => {
      adoptNewConnection(connection);
      if (failures.has(connection)) {
        setConnectionFlags(connection, { silent: true });
        throw failures.get(connection);
      }
      host.greet(connection, ctx);
      await host.run({ connection, request: ctx.request }, connect);
    }, connection);
    if (!welcome) closeQuietly(connection, INTERNAL_ERROR.code, INTERNAL_ERROR.reason);
  });

  hook("onMessage", (receive, connection, message: WSMessage) => {
    adoptConnection(connection);
    const handle = () => host.receive(connection, message, async () => void (await receive()));
    return host.settle(() => host.run({ connection, caller: connection }, handle), connection);
  });

  hook("onClose", async (closed, connection) => {
    adoptConnection(connection);
    await host.settle(() => host.run({ connection }, closed), connection);
  });
}
