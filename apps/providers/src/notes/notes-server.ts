// The notebook: SDK 1.x streamable HTTP with sessions, behind the authorization server.
import { getRequestListener } from "@hono/node-server";
import { McpServer, ResourceTemplate } from "@modelcontextprotocol/sdk/server/mcp.js";
import { Hono } from "hono";
import { z } from "zod";
import type { BearerGuard } from "../mcp/bearer-guard.ts";
import { createSessionHost, type SessionServer } from "../mcp/session-host.ts";
import type { ServedApp } from "../served-app.ts";
import type { NotesStore } from "./notes-store.ts";
import { registerNotesTools, TOOL_SCOPES } from "./notes-tools.ts";

export function createNotesApp(guard: BearerGuard, store: NotesStore): ServedApp {
  const sessions = createSessionHost(() => buildSession(store));
  const app = new Hono();
  app.get(guard.metadataPath, (c) => c.json(guard.metadata));
  app.all("/mcp", async (c) => {
    const verdict = await guard.examine(c.req.raw);
    if (verdict.kind === "refused") return verdict.response;
    const { authInfo } = verdict;
    if (c.req.method !== "POST") return sessions.handle(c.req.raw, { authInfo, body: undefined });

    const body: unknown = await c.req.json().catch(() => null);
    if (body === null)
      return c.json({ jsonrpc: "2.0", error: { code: -32700, message: "Parse error" }, id: null }, 400);
    const missing = scopesNeeded(body).filter((scope) => !authInfo.scopes.includes(scope));
    if (missing.length > 0) return guard.insufficientScope(authInfo, missing);
    return sessions.handle(c.req.raw, { authInfo, body });
  });
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  return {
    listener: (request, response) => void listener(request, response),
    dropSessions: () => sessions.drop(),
    close: async () => void sessions.drop(),
  };
}

const toolCall = z.object({ method: z.literal("tools/call"), params: z.object({ name: z.string() }) });

function scopesNeeded(body: unknown): readonly string[] {
  const call = toolCall.safeParse(body);
  return call.success ? (TOOL_SCOPES[call.data.params.name] ?? []) : [];
}

function buildSession(store: NotesStore): SessionServer {
  const server = new McpServer(
    { name: "notes", title: "Notes", version: "1.0.0" },
    { instructions: "A small notebook. Use add_note to write and list_notes to read." },
  );
  const { search } = registerNotesTools(server, store);
  registerResources(server, store);
  registerPrompts(server, store);
  if (!store.searchEnabled) search.disable();
  const dispose = store.subscribe((change) => {
    if (change === "notes") server.sendResourceListChanged();
    else if (store.searchEnabled) search.enable();
    else search.disable();
  });
  return { server, dispose };
}

function registerResources(server: McpServer, store: NotesStore): void {
  server.registerResource(
    "all-notes",
    "notes://all",
    { title: "All notes", description: "The whole notebook as JSON.", mimeType: "application/json" },
    async (uri) => ({
      contents: [{ uri: uri.href, mimeType: "application/json", text: JSON.stringify(store.list(), null, 2) }],
    }),
  );
  const template = new ResourceTemplate("notes://note/{id}", {
    list: async () => ({
      resources: store
        .list()
        .map((note) => ({ uri: `notes://note/${note.id}`, name: note.title, mimeType: "text/plain" })),
    }),
  });
  server.registerResource("note", template, { title: "One note", mimeType: "text/plain" }, async (uri, { id }) => {
    const note = store.find(String(id));
    if (note === undefined) throw new Error(`There is no note ${String(id)}.`);
    return { contents: [{ uri: uri.href, mimeType: "text/plain", text: `${note.title}\n\n${note.text}` }] };
  });
}

function registerPrompts(server: McpServer, store: NotesStore): void {
  server.registerPrompt(
    "summarize",
    {
      title: "Summarize the notebook",
      description: "Asks for a summary of all notes.",
      argsSchema: { style: z.string().optional().describe("For example: one line, a poem") },
    },
    ({ style }) => {
      const text = `Summarize these notes${style ? ` as ${style}` : ""}:\n${store
        .list()
        .map((note) => `- ${note.title}: ${note.text}`)
        .join("\n")}`;
      return { messages: [{ role: "user", content: { type: "text", text } }] };
    },
  );
  server.registerPrompt(
    "plan-my-day",
    { title: "Plan my day", description: "Asks for a plan made from the notes." },
    () => ({
      messages: [
        {
          role: "user",
          content: { type: "text", text: "Make a plan for today from my notes. Use list_notes to read them." },
        },
      ],
    }),
  );
}
