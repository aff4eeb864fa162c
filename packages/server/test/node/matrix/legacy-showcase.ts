// A server of the official SDK 1.x that has every feature a client can use.
import { completable } from "@modelcontextprotocol/sdk/server/completable.js";
import { McpServer, ResourceTemplate } from "@modelcontextprotocol/sdk/server/mcp.js";
import { ListResourcesRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import { subscriptionsOf } from "../mcp-servers.ts";
import * as offer from "./showcase-offer.ts";

const { text, raw, inputs } = offer;

export function legacyShowcase(): McpServer {
  const mcp = new McpServer(
    { name: "showcase", version: "1.0.0" },
    {
      instructions: "Look around.",
      capabilities: {
        tools: { listChanged: true },
        prompts: { listChanged: true },
        resources: { subscribe: true, listChanged: true },
        logging: {},
      },
    },
  );
  const subscribed = subscriptionsOf(mcp);
  addTools(mcp, subscribed);
  addQuestions(mcp);
  addResources(mcp);
  mcp.registerPrompt(
    "completable-prompt",
    {
      argsSchema: {
        department: completable(z.string(), offer.departments),
        name: completable(z.string(), offer.people),
      },
    },
    offer.promote,
  );
  return mcp;
}

function addTools(mcp: McpServer, subscribed: ReadonlySet<string>): void {
  mcp.registerTool("echo", { inputSchema: inputs.echo }, ({ message }) => text(`Echo: ${message}`));
  mcp.registerTool("get-structured-content", { inputSchema: inputs.city, outputSchema: offer.weatherOutput }, () => ({
    ...text(JSON.stringify(offer.weather)),
    structuredContent: offer.weather,
  }));
  mcp.registerTool("get-tiny-image", {}, () => offer.image);
  mcp.registerTool("get-resource-links", { inputSchema: inputs.count }, ({ count }) => offer.links(count));
  mcp.registerTool("get-resource-reference", { inputSchema: inputs.reference }, ({ resourceId }) =>
    offer.reference(resourceId),
  );
  mcp.registerTool(
    "trigger-long-running-operation",
    { inputSchema: inputs.long },
    async ({ duration, steps }, { _meta, signal, sendNotification }) => {
      const progressToken = _meta?.progressToken;
      for (let progress = 1; progress <= steps && !signal.aborted; progress += 1) {
        await new Promise((resolve) => setTimeout(resolve, (duration / steps) * 1000));
        const params = { progressToken: progressToken ?? "", progress, total: steps };
        if (progressToken !== undefined) await sendNotification({ method: "notifications/progress", params });
      }
      return text("Long running operation completed.");
    },
  );
  mcp.registerTool("toggle-simulated-logging", {}, async ({ sessionId }) => {
    for (const level of offer.LOG_LEVELS) await mcp.sendLoggingMessage({ level, data: `${level} message` }, sessionId);
    return text("said");
  });
  mcp.registerTool("toggle-subscriber-updates", {}, async () => {
    for (const uri of offer.UPDATED) if (subscribed.has(uri)) await mcp.server.sendResourceUpdated({ uri });
    return text("told");
  });
}

function addQuestions(mcp: McpServer): void {
  const { server } = mcp;
  mcp.registerTool("trigger-elicitation-request", {}, async () => raw(await server.elicitInput(offer.form)));
  mcp.registerTool("trigger-url-elicitation", { inputSchema: inputs.url }, async ({ url }) => {
    const question = { mode: "url" as const, url, message: "Open this.", elicitationId: crypto.randomUUID() };
    return raw(await server.elicitInput(question));
  });
  mcp.registerTool("trigger-sampling-request", { inputSchema: inputs.prompt }, async (given) =>
    raw(await server.createMessage(offer.thought(given))),
  );
  mcp.registerTool("get-roots-list", {}, async () => raw(await server.listRoots()));
}

function addResources(mcp: McpServer): void {
  const made = new Map<string, { readonly uri: string; readonly name: string }>();
  for (const { name, uri, mimeType } of offer.documents) {
    const read = () => ({ contents: [{ uri, mimeType, text: `# ${name}` }] });
    mcp.registerResource(name, uri, { mimeType }, read);
  }
  for (const [kind, read] of [["text", offer.dynamicText] as const, ["blob", offer.dynamicBlob] as const]) {
    const template = new ResourceTemplate(`demo://resource/dynamic/${kind}/{resourceId}`, {
      list: undefined,
      complete: { resourceId: offer.numbers },
    });
    mcp.registerResource(`Dynamic ${kind}`, template, {}, (uri) => ({ contents: [read(uri.href)] }));
  }
  mcp.registerTool("gzip-file-as-resource", { inputSchema: inputs.file }, ({ name }) => {
    const uri = `demo://resource/session/${name}`;
    made.set(uri, { uri, name });
    mcp.registerResource(name, uri, {}, () => ({ contents: [{ uri, blob: "H4sI" }] }));
    return { content: [{ type: "resource_link", uri, name }] };
  });
  // The SDK gives everything at once.
  mcp.server.setRequestHandler(ListResourcesRequestSchema, ({ params }) => {
    const { items, ...rest } = offer.pageOf([...offer.documents, ...made.values()], params?.cursor);
    return { resources: items, ...rest };
  });
}
