import { EMPTY_MCP_STATE } from "@agents-internal/protocol";
import { expect, test } from "vitest";
import { createFakePorts } from "../../test/node/fake-ports.ts";
import { createPublisher } from "../mcp/publish/publisher.ts";
import { NOTHING_SHOWN } from "../mcp/publish/shown.ts";
import { migrate } from "../sql/migrator.ts";
import { createMcpBinding, mcpSettings, platformIds } from "./mcp-binding.ts";
import type { McpEngine } from "./mcp-engine.ts";

function setup() {
  const ports = createFakePorts();
  const made: unknown[] = [];
  let published = 0;
  let publish: () => void = () => undefined;
  const engine: McpEngine = {
    addServer: () => Promise.reject(new Error("unused")),
    removeServer: () => Promise.reject(new Error("unused")),
    onAlarm: async () => undefined,
    dispose: async () => undefined,
    moveIn: async () => undefined,
    handleRequest: async () => new Response("mine"),
    listElicitations: () => [],
    clientConnected: () => undefined,
    clientActive: () => undefined,
    onElicitationsChanged: () => ({ dispose: () => undefined }),
    getState: () => ({ ...EMPTY_MCP_STATE, vault: "keyed" }),
    _publisher: {
      ...createPublisher(ports.log, () => NOTHING_SHOWN),
      subscribe: (listener) => {
        publish = listener;
        return { dispose: () => undefined };
      },
    },
  };
  const binding = createMcpBinding({
    sql: ports.sql,
    ports: () => ports,
    settings: () => mcpSettings({}, {}),
    create: (_ports, options) => {
      made.push(options);
      return engine;
    },
    onPublish: () => void (published += 1),
    onRestored: () => undefined,
    onElicitations: () => undefined,
  });
  return { ports, binding, made, published: () => published, publish: () => publish() };
}

test("while nothing is stored, looking makes no engine", async () => {
  const { binding, made } = setup();
  expect(binding.state()).toBe(EMPTY_MCP_STATE);
  expect(await binding.handleRequest(new Request("https://app.example/"))).toBeNull();
  expect(made).toEqual([]);
});

test("what an earlier life stored makes the engine at the first look", () => {
  const { ports, binding, made } = setup();
  migrate(ports.sql, "mcp", [{ id: "one", up: "CREATE TABLE a (x)" }]);
  expect(binding.state()).toMatchObject({ vault: "keyed" });
  expect(made).toHaveLength(1);
});

test("the engine is made once, and heard", async () => {
  const { binding, made, published, publish } = setup();
  expect(binding.engine).toBe(binding.engine);
  expect(made).toHaveLength(1);
  publish();
  expect(published()).toBe(1);
  expect(await (await binding.handleRequest(new Request("https://app.example/")))?.text()).toBe("mine");
});

test("settings come from the class first, origins from both", () => {
  const env = { AGENTS_VAULT_KEYS: "k1:env", AGENTS_ALLOW_ORIGINS: "http://localhost:1, http://localhost:2," };
  expect(mcpSettings({}, env)).toMatchObject({
    vaultKeys: "k1:env",
    vaultRequired: false,
    allowOrigins: ["http://localhost:1", "http://localhost:2"],
  });
  expect(
    mcpSettings({ vault: { keys: "k2:class", required: true }, mcp: { allowOrigins: ["http://a.test"] } }, env),
  ).toMatchObject({
    vaultKeys: "k2:class",
    vaultRequired: true,
    allowOrigins: ["http://a.test", "http://localhost:1", "http://localhost:2"],
  });
  expect(mcpSettings({}, { AGENTS_VAULT_KEYS: "" }).vaultKeys).toBeUndefined();
});

test("callback hosts come from both, and there is no list where none is named", () => {
  const env = { AGENTS_CALLBACK_HOSTS: "app.example, localhost:8787" };
  expect(mcpSettings({ mcp: { callbackHosts: ["a.example"] } }, env).callbackHosts).toEqual([
    "a.example",
    "app.example",
    "localhost:8787",
  ]);
  expect(mcpSettings({}, {}).callbackHosts).toBeUndefined();
});

test("the address of the client's own document comes from the class, else from the variables", () => {
  const env = { AGENTS_CLIENT_METADATA_URL: "https://env.example/client.json" };
  expect(mcpSettings({}, env).clientMetadataUrl).toBe("https://env.example/client.json");
  const clientMetadataUrl = "https://class.example/client.json";
  expect(mcpSettings({ mcp: { clientMetadataUrl } }, env).clientMetadataUrl).toBe(clientMetadataUrl);
  expect(mcpSettings({}, {}).clientMetadataUrl).toBeUndefined();
});

test("the app's name comes from the class, else from the variables, and never from the agent", () => {
  expect(mcpSettings({ mcp: { appName: "Class" } }, { AGENTS_APP_NAME: "Env" }).appName).toBe("Class");
  expect(mcpSettings({}, { AGENTS_APP_NAME: "Env" }).appName).toBe("Env");
  expect(mcpSettings({}, {}).appName).toBeUndefined();
});

test("ids are legal parts of tool names, secrets are 256 bits", () => {
  for (let round = 0; round < 50; round += 1) expect(platformIds.id()).toMatch(/^[a-z][a-z0-9]{9}$/);
  expect(platformIds.secret()).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(platformIds.secret()).not.toBe(platformIds.secret());
});
