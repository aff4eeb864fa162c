// A server of the official SDK 2.x that has every feature a client can use.
import {
  completable,
  inputRequired,
  McpServer,
  ResourceTemplate,
  type ServerContext,
  type ServerNotifier,
} from "@modelcontextprotocol/server";
import { z } from "zod";
import * as offer from "./showcase-offer.ts";

const { text, raw, inputs } = offer;

/** What outlives one request: each of them gets a server of its own. */
export type Made = Map<string, { readonly uri: string; readonly name: string }>;

export function modernShowcase(notify: ServerNotifier, made: Made): McpServer {
  const mcp = new McpServer(
    { name: "showcase", version: "2.0.0" },
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
  addTools(mcp, notify);
  addQuestions(mcp);
  addResources(mcp, notify, made);
  const argsSchema = z.object({
    department: completable(z.string(), offer.departments),
    name: completable(z.string(), offer.people),
  });
  mcp.registerPrompt("completable-prompt", { argsSchema }, offer.promote);
  return mcp;
}

function addTools(mcp: McpServer, notify: ServerNotifier): void {
  mcp.registerTool("echo", { inputSchema: z.object(inputs.echo) }, ({ message }) => text(`Echo: ${message}`));
  mcp.registerTool(
    "get-structured-content",
    { inputSchema: z.object(inputs.city), outputSchema: z.object(offer.weatherOutput) },
    () => ({ ...text(JSON.stringify(offer.weather)), structuredContent: offer.weather }),
  );
  mcp.registerTool("get-tiny-image", {}, () => offer.image);
  mcp.registerTool("get-resource-links", { inputSchema: z.object(inputs.count) }, ({ count }) => offer.links(count));
  mcp.registerTool("get-resource-reference", { inputSchema: z.object(inputs.reference) }, ({ resourceId }) =>
    offer.reference(resourceId),
  );
  mcp.registerTool(
    "trigger-long-running-operation",
    { inputSchema: z.object(inputs.long) },
    async ({ duration, steps }, { mcpReq: { _meta, signal, notify: say } }) => {
      const progressToken = _meta?.progressToken;
      for (let progress = 1; progress <= steps && !signal.aborted; progress += 1) {
        await new Promise((resolve) => setTimeout(resolve, (duration / steps) * 1000));
        const params = { progressToken: progressToken ?? "", progress, total: steps };
        if (progressToken !== undefined) await say({ method: "notifications/progress", params });
      }
      return text("Long running operation completed.");
    },
  );
  mcp.registerTool("toggle-simulated-logging", {}, async ({ mcpReq }) => {
    for (const level of offer.LOG_LEVELS) await mcpReq.log(level, `${level} message`);
    return text("said");
  });
  mcp.registerTool("toggle-subscriber-updates", {}, () => {
    for (const uri of offer.UPDATED) notify.resourceUpdated(uri);
    return text("told");
  });
}

function addQuestions(mcp: McpServer): void {
  const ask = ({ mcpReq }: ServerContext, question: Parameters<typeof inputRequired>[0]["inputRequests"]) =>
    mcpReq.inputResponses === undefined
      ? inputRequired({ ...(question && { inputRequests: question }) })
      : raw(mcpReq.inputResponses["answer"]);
  mcp.registerTool("trigger-elicitation-request", {}, (context) =>
    ask(context, { answer: inputRequired.elicit(offer.form) }),
  );
  mcp.registerTool("trigger-url-elicitation", { inputSchema: z.object(inputs.url) }, ({ url }, context) =>
    ask(context, { answer: inputRequired.elicitUrl({ url, message: "Open this." }) }),
  );
  mcp.registerTool("trigger-sampling-request", { inputSchema: z.object(inputs.prompt) }, (given, context) =>
    ask(context, { answer: inputRequired.createMessage(offer.thought(given)) }),
  );
  mcp.registerTool("get-roots-list", {}, (context) => ask(context, { answer: inputRequired.listRoots() }));
}

function addResources(mcp: McpServer, notify: ServerNotifier, made: Made): void {
  for (const { name, uri, mimeType } of offer.documents) {
    const read = () => ({ contents: [{ uri, mimeType, text: `# ${name}` }] });
    mcp.registerResource(name, uri, { mimeType }, read);
  }
  for (const { uri, name } of made.values()) {
    mcp.registerResource(name, uri, {}, () => ({ contents: [{ uri, blob: "H4sI" }] }));
  }
  for (const [kind, read] of [["text", offer.dynamicText] as const, ["blob", offer.dynamicBlob] as const]) {
    const template = new ResourceTemplate(`demo://resource/dynamic/${kind}/{resourceId}`, {
      list: undefined,
      complete: { resourceId: offer.numbers },
    });
    mcp.registerResource(`Dynamic ${kind}`, template, {}, (uri) => ({ contents: [read(uri.href)] }));
  }
  mcp.registerTool("gzip-file-as-resource", { inputSchema: z.object(inputs.file) }, ({ name }) => {
    const uri = `demo://resource/session/${name}`;
    made.set(uri, { uri, name });
    notify.resourcesChanged();
    return { content: [{ type: "resource_link", uri, name }] };
  });
  // The SDK gives everything at once.
  mcp.server.setRequestHandler("resources/list", ({ params }) => {
    const { items, ...rest } = offer.pageOf([...offer.documents, ...made.values()], params?.cursor);
    return { resources: items, ...rest };
  });
}
