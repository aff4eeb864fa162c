// Every kind of answer a tool can give, for the gallery.
import type { CallOutcome } from "../features/tools/tool-result.tsx";

const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

export const OUTCOMES: readonly CallOutcome[] = [
  {
    kind: "answered",
    ms: 38,
    result: {
      content: [{ type: "text", text: "Saved. <b>This is text</b>, not markup." }],
      structuredContent: { id: "n-17", tags: ["idea", "later"], pinned: true },
    },
  },
  {
    kind: "answered",
    ms: 1240,
    result: {
      content: [
        { type: "image", data: PIXEL, mimeType: "image/png" },
        { type: "image", data: "PHN2Zy8+", mimeType: "image/svg+xml" },
        { type: "resource_link", uri: "notes://n-17", name: "n-17", title: "Shopping", description: "Milk, bread" },
        { type: "resource", resource: { uri: "notes://n-17", mimeType: "text/plain", text: "Milk\nBread" } },
        { type: "resource", resource: { uri: "notes://n-17/scan", mimeType: "application/pdf", blob: "JVBERi0xLjQ=" } },
      ],
    },
  },
  { kind: "answered", ms: 12, result: { content: [{ type: "text", text: "There is no note n-99." }], isError: true } },
  { kind: "answered", ms: 9, result: { content: [] } },
  { kind: "failed", ms: 30000, code: "timeout", message: "The server did not answer in time." },
  { kind: "failed", ms: 5, code: null, message: "Something else." },
];
