// The Worker, and beside its agents the protocol's own client with nothing around it: what a tool call costs without an agent.
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { DurableObject } from "cloudflare:workers";

export { Bench, default } from "./worker.ts";

export class Bare extends DurableObject {
  #client: Client | undefined;

  async callTool(url: string, name: string, times: number): Promise<void> {
    this.#client ??= await connect(url);
    for (let done = 0; done < times; done += 1) await this.#client.callTool({ name, arguments: { text: "hello" } });
  }
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ name: "bare", version: "1.0.0" }, { versionNegotiation: { mode: "auto" } });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  return client;
}
