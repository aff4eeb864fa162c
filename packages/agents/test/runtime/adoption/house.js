// An agent that runs on this package and on the one it takes the place of: lives in an object, and shows or fills its storage.
import { Agent, routeAgentRequest } from "agents";
import { env } from "cloudflare:workers";

export class House extends Agent {
  initialState = { theme: "light", visits: 0 };

  static options = { vault: { required: typeof env.VAULT_REQUIRED === "string" } };

  /** Before anything else, so that the storage can be filled as if others had lived here. */
  async fetch(request) {
    if (!request.url.endsWith("/fill")) return super.fetch(request);
    fill(this.ctx.storage, await request.json());
    return new Response();
  }

  async onRequest(request) {
    const [path, ...args] = await request.json();
    try {
      return Response.json({ result: (await this.act(path, args)) ?? null });
    } catch ({ name, code, message }) {
      return Response.json({ error: { name, code, message } });
    }
  }

  act(path, args) {
    if (path === "contents") return contentsOf(this.ctx.storage);
    if (path === "failHalfWay") return failHalfWay(this.ctx.storage);
    if (path === "toolKeys") return Object.keys(this.mcp.getAITools());
    if (path === "state") return this.state;
    if (path === "addNeighbour") return this.addMcpServer("Next Door", this.env.Neighbour, { props: { floor: 3 } });
    if (path === "keepClient") return this.keepClient(...args);
    if (path === "later") return this.schedule(86_400, "note", { text: "water the plants" });
    return path.startsWith("mcp.") ? this.mcp[path.slice(4)](...args) : this[path](...args);
  }

  /** As apps do it that registered a client by hand: through the provider that the other package has. */
  async keepClient(serverId, callbackUrl, client) {
    const provider = this.createMcpOAuthProvider(callbackUrl);
    provider.serverId = serverId;
    await provider.saveClientInformation(client);
  }

  note() {}
}

/** A server in the same Worker. */
export class Neighbour extends Agent {
  handleMcpMessage(message) {
    const { id, method } = Array.isArray(message) ? message[0] : message;
    if (id === undefined) return undefined;
    const results = {
      initialize: {
        protocolVersion: "2025-11-25",
        capabilities: { tools: {} },
        serverInfo: { name: "neighbour", version: "1.0.0" },
      },
      "tools/list": { tools: [{ name: "knock", inputSchema: { type: "object" } }] },
      "tools/call": { content: [{ type: "text", text: "come in" }] },
      ping: {},
    };
    const result = results[method];
    return result
      ? { jsonrpc: "2.0", id, result }
      : { jsonrpc: "2.0", id, error: { code: -32_601, message: "Method not found" } };
  }
}

function failHalfWay(storage) {
  try {
    storage.transactionSync(() => {
      for (const [key] of [...storage.kv.list()]) storage.kv.delete(key);
      storage.sql.exec("DROP TABLE cf_agents_jobs");
      throw new Error("half way");
    });
  } catch {
    return contentsOf(storage);
  }
}

/** Tables of the platform are left out. */
function contentsOf({ sql, kv }) {
  const own = [...sql.exec("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")].filter(
    ({ name }) => !name.startsWith("_cf_") && !name.startsWith("sqlite_"),
  );
  const tables = own.filter((entry) => /^\s*CREATE TABLE/i.test(entry.sql));
  return {
    schema: own.map((entry) => entry.sql),
    rows: Object.fromEntries(tables.map(({ name }) => [name, [...sql.exec(`SELECT * FROM "${name}"`)]])),
    keys: Object.fromEntries(kv.list()),
  };
}

function fill({ sql, kv }, { schema, rows, keys }) {
  for (const statement of schema) sql.exec(statement);
  for (const [name, list] of Object.entries(rows)) {
    for (const row of list) {
      const places = Object.keys(row).map(() => "?");
      sql.exec(`INSERT INTO "${name}" (${Object.keys(row)}) VALUES (${places})`, ...Object.values(row));
    }
  }
  for (const [key, value] of Object.entries(keys)) kv.put(key, value);
}

export default {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    // Over a stub that starts nothing.
    if (pathname === "/raw") return Response.json(await env.House.getByName(searchParams.get("name")).getMcpServers());
    return (await routeAgentRequest(request, env)) ?? new Response("Not found", { status: 404 });
  },
};
