// What one can do with the notes: each tool shows a different side of the protocol.
import { setTimeout as sleep } from "node:timers/promises";
import type { McpServer, RegisteredTool } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import { drawBadge } from "./badge-image.ts";
import type { Note, NotesStore } from "./notes-store.ts";

/** Tools that need more than the base permission. */
export const TOOL_SCOPES: Readonly<Record<string, readonly string[]>> = { clear_notes: ["notes:delete"] };

const noteShape = { id: z.string(), title: z.string(), text: z.string(), createdAt: z.string() };
const say = (text: string) => ({ content: [{ type: "text" as const, text }] });
const lines = (notes: readonly Note[]) =>
  notes.map((note) => `${note.id}. ${note.title}: ${note.text}`).join("\n") || "No notes.";

/** Adds the tools. Returns the one that comes and goes. */
export function registerNotesTools(server: McpServer, store: NotesStore): { readonly search: RegisteredTool } {
  server.registerTool(
    "add_note",
    {
      title: "Add a note",
      description: "Writes a note into the notebook.",
      inputSchema: {
        title: z.string().min(1).max(80).describe("A few words"),
        text: z.string().max(2000).describe("The note itself"),
      },
      annotations: { readOnlyHint: false, destructiveHint: false },
    },
    async (input) => {
      const note = store.add(input);
      return {
        content: [
          { type: "text", text: `Saved as note ${note.id}.` },
          { type: "resource_link", uri: `notes://note/${note.id}`, name: note.title, mimeType: "text/plain" },
        ],
      };
    },
  );
  server.registerTool(
    "list_notes",
    {
      title: "List notes",
      description: "All notes, as structured data with a schema.",
      outputSchema: { count: z.number().int(), notes: z.array(z.object(noteShape)) },
      annotations: { readOnlyHint: true },
    },
    async () => {
      const notes = [...store.list()];
      return { ...say(lines(notes)), structuredContent: { count: notes.length, notes } };
    },
  );
  server.registerTool(
    "tidy_up",
    {
      title: "Tidy up slowly",
      description: "Takes its time and reports progress. Can be cancelled.",
      inputSchema: {
        steps: z.number().int().min(1).max(20).default(5),
        delayMs: z.number().int().min(0).max(2000).default(400),
      },
      annotations: { readOnlyHint: true },
    },
    async ({ steps, delayMs }, { signal, sendNotification, _meta }) => {
      for (let step = 1; step <= steps; step += 1) {
        const progressToken = _meta?.progressToken;
        const params = { progress: step, total: steps, message: `Shelf ${step} of ${steps}` };
        if (progressToken !== undefined)
          await sendNotification({ method: "notifications/progress", params: { progressToken, ...params } });
        await sleep(delayMs, undefined, { signal });
      }
      return say(`Tidied ${steps} shelves.`);
    },
  );
  server.registerTool(
    "draw_badge",
    {
      title: "Draw a badge",
      description: "Draws a small picture for a text.",
      inputSchema: { text: z.string().min(1).max(200) },
      annotations: { readOnlyHint: true },
    },
    async ({ text }) => ({
      content: [{ type: "image", data: drawBadge(text).toString("base64"), mimeType: "image/png" }],
    }),
  );
  server.registerTool(
    "spill_ink",
    { title: "Spill ink", description: "Always fails, so that you can see what a failing tool looks like." },
    async () => ({ ...say("The ink is all over the desk."), isError: true }),
  );
  server.registerTool(
    "toggle_search",
    {
      title: "Turn search on or off",
      description: "Adds or removes the tool search_notes; the list of tools changes while you watch.",
    },
    async () => {
      store.setSearchEnabled(!store.searchEnabled);
      return say(store.searchEnabled ? "search_notes is there now." : "search_notes is gone.");
    },
  );
  server.registerTool(
    "clear_notes",
    {
      title: "Throw all notes away",
      description: "Needs the extra permission notes:delete.",
      annotations: { destructiveHint: true },
    },
    async () => say(`Threw ${store.clear()} notes away.`),
  );
  const search = server.registerTool(
    "search_notes",
    {
      title: "Search notes",
      description: "Finds notes that contain a word.",
      inputSchema: { word: z.string().min(1) },
      annotations: { readOnlyHint: true },
    },
    async ({ word }) =>
      say(
        lines(store.list().filter((note) => `${note.title} ${note.text}`.toLowerCase().includes(word.toLowerCase()))),
      ),
  );
  return { search };
}
