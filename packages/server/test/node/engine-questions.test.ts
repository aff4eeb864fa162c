// What servers ask and say, through the whole engine, over real servers of both eras, also after a wake.
import { openMcpDatabase } from "../../src/mcp/schema.ts";
import { afterEach, expect, test, vi } from "vitest";
import type { LogMessage } from "../../src/mcp/log-message.ts";
import { failure, MCP_URL, openServer } from "./mcp-scenes.ts";
import { serveLegacy, serveModern } from "./mcp-servers.ts";
import { closeScenes, ERAS, hosting } from "./real-scene.ts";

afterEach(closeScenes);

const text = (value: unknown) => [{ type: "text", text: JSON.stringify(value) }];

test.each(ERAS)("models and roots of an app serve a %s server, also after a wake", async (_era, start) => {
  const said = { role: "assistant", content: { type: "text", text: "Four." }, model: "mock" } as const;
  let roots = [{ uri: "file:///before" }];
  const { host, ask, evict } = await hosting(start, ({ mcp }) => {
    mcp.configureSamplingHandler(() => said);
    mcp.configureRoots(() => roots);
  });
  expect(JSON.stringify(await ask("think"))).toContain("Four.");
  expect(await ask("where")).toEqual(text({ roots }));
  await evict();
  roots = [{ uri: "file:///after" }];
  expect(await ask("where")).toEqual(text({ roots }));
  expect(JSON.stringify(await ask("think"))).toContain("Four.");
  host.mcp.configureSamplingHandler(undefined);
  expect(JSON.stringify(await ask("think").catch(({ code }: { code: string }) => code))).not.toContain("Four.");
});

test("a legacy server in use hears at once that there are other roots, a modern one asks for them", async () => {
  const legacy = await hosting(serveLegacy, ({ mcp }) => mcp.configureRoots([]));
  const heard = legacy.server.saw(({ rpc }) => rpc === "notifications/roots/list_changed");
  legacy.host.mcp.configureRoots([{ uri: "file:///new" }]);
  await heard;
  const modern = await hosting(serveModern, ({ mcp }) => mcp.configureRoots([]));
  modern.host.mcp.configureRoots([{ uri: "file:///new" }]);
  for (const { ask } of [legacy, modern]) expect(await ask("where")).toEqual(text({ roots: [{ uri: "file:///new" }] }));
});

test.each(ERAS)("a %s server says what is grave enough, also after a wake", async (_era, start) => {
  const heard: LogMessage[] = [];
  const { server, host, id, ask, evict } = await hosting(start, ({ mcp }) => {
    mcp.onLogMessage((message) => heard.push(message));
  });
  const expectHeard = async (levels: readonly string[]): Promise<void> => {
    await ask("say");
    await vi.waitFor(() => expect(heard.map(({ level }) => level)).toEqual(levels));
    heard.length = 0;
  };
  await host.mcp.setLoggingLevel({ serverId: id, level: "debug" });
  await ask("say");
  const said = [
    { level: "debug", data: "small" },
    { level: "error", data: { big: true } },
  ];
  await vi.waitFor(() => expect(heard).toEqual(said.map((each) => ({ serverId: id, logger: "work", ...each }))));
  heard.length = 0;
  await host.mcp.setLoggingLevel({ serverId: id, level: "warning" });
  await expectHeard(["error"]);
  await evict();
  // A server that starts anew knows no level either.
  server.forget();
  await expectHeard(["error"]);
  await host.mcp.removeServer(id);
  expect(host.ports.sql.dump()).not.toContain(id);
});

test("listeners that throw or have left keep nobody from hearing", async () => {
  const { host, id, ask } = await hosting(serveModern, () => undefined);
  const heard: string[] = [];
  host.mcp.onLogMessage(() => {
    throw new Error("no");
  });
  host.mcp.onLogMessage(() => heard.push("gone")).dispose();
  host.mcp.onLogMessage(({ level }) => heard.push(level));
  await host.mcp.setLoggingLevel({ serverId: id, level: "error" });
  await ask("say");
  expect(heard).toEqual(["error"]);
});

test.each(ERAS)("a level that does not exist is refused before a %s server is asked", async (_era, start) => {
  const { host, id, server } = await hosting(start, () => undefined);
  const level = "loud" as LogMessage["level"];
  await expect(host.mcp.setLoggingLevel({ serverId: id, level })).rejects.toMatchObject({ code: "option-invalid" });
  expect(server.seen.some(({ rpc }) => rpc === "logging/setLevel")).toBe(false);
});

test.each(["legacy", "modern"] as const)("a %s server that does not log is not asked to", async (era) => {
  const { host } = openServer({ era });
  const { id } = await host.add("mock", MCP_URL);
  await expect(host.mcp.setLoggingLevel({ serverId: id, level: "info" })).rejects.toMatchObject({
    code: "protocol-error",
    rpcCode: -32_601,
  });
});

test.each(ERAS)("a %s server tells of the resources subscribed to, also after a wake", async (_era, start) => {
  const heard: string[] = [];
  const { server, host, id, ask, evict } = await hosting(start, ({ mcp }) => {
    mcp.onResourceUpdated(({ serverId, uri }) => heard.push(`${serverId} ${uri}`));
  });
  const told = async (): Promise<void> => {
    server.resourceUpdated?.("file:///other");
    // A stream may still be on its way to the server.
    await vi.waitFor(() => {
      server.resourceUpdated?.("file:///readme");
      expect(heard).toContain(`${id} file:///readme`);
    });
    expect(new Set(heard)).toEqual(new Set([`${id} file:///readme`]));
    heard.length = 0;
  };
  const uri = "file:///readme";
  await host.mcp.subscribeResource({ serverId: id, uri });
  await told();
  await evict();
  // What a server knew is gone; the subscription is a row.
  server.forget();
  await ask("say");
  await told();
  await host.mcp.subscribeResource({ serverId: id, uri: "file:///second" });
  await host.mcp.unsubscribeResource({ serverId: id, uri });
  heard.length = 0;
  await vi.waitFor(() => {
    server.resourceUpdated?.(uri);
    server.resourceUpdated?.("file:///second");
    expect(heard).toContain(`${id} file:///second`);
  });
  expect(heard).not.toContain(`${id} ${uri}`);
  await host.mcp.removeServer(id);
  expect(host.ports.sql.dump()).not.toContain("file:///second");
});

test.each(["legacy", "modern"] as const)("a %s server that does not tell of resources is not asked", async (era) => {
  const { host, server } = openServer({ era });
  const { id } = await host.add("mock", MCP_URL);
  const resource = { serverId: id, uri: "file:///readme" };
  await expect(host.mcp.subscribeResource(resource)).rejects.toMatchObject({ code: "protocol-error" });
  await host.mcp.unsubscribeResource(resource);
  expect(server.received.map(({ method }) => method)).not.toContain("resources/subscribe");
});

test("what is no URI is refused with a code before anybody is asked, and nothing is stored", async () => {
  const { server, host } = openServer();
  const { id } = await host.add("mock", MCP_URL);
  const before = server.received.length;
  for (const uri of ["", "x".repeat(10_000), 7, undefined]) {
    const error = await failure(host.mcp.subscribeResource({ serverId: id, uri: uri as string }));
    expect(error.code).toBe("option-invalid");
  }
  expect(server.received).toHaveLength(before);
  expect(openMcpDatabase(host.ports.sql).all("SELECT * FROM agents_mcp_interests")).toEqual([]);
});
