// What both showcase servers offer: the words are those of the protocol's own example server, so that one test speaks to all.
import { z } from "zod";

export const PAGE = 2;
export const IMAGE = "iVBORw0KGgo=";
export const UPDATED = ["demo://resource/dynamic/text/1", "demo://resource/dynamic/text/2"] as const;
export const LOG_LEVELS = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"] as const;

export const documents = ["architecture.md", "features.md", "startup.md"].map((name) => ({
  name,
  uri: `demo://resource/static/document/${name}`,
  mimeType: "text/markdown",
}));

export const inputs = {
  echo: { message: z.string() },
  sum: { a: z.number(), b: z.number() },
  city: { location: z.enum(["New York", "Chicago"]) },
  count: { count: z.number() },
  reference: { resourceType: z.enum(["Text", "Blob"]), resourceId: z.number() },
  long: { duration: z.number(), steps: z.number() },
  file: { name: z.string(), data: z.string(), outputType: z.string().optional() },
  prompt: { prompt: z.string(), maxTokens: z.number() },
  url: { url: z.string(), message: z.string().optional() },
};
export const weatherOutput = { temperature: z.number(), conditions: z.string(), humidity: z.number() };
export const weather = { temperature: 33, conditions: "Cloudy", humidity: 82 };

export const form = {
  message: "Please provide inputs for the following fields:",
  requestedSchema: {
    type: "object" as const,
    properties: {
      name: { type: "string" as const },
      integer: { type: "integer" as const, minimum: 1, maximum: 100, default: 42 },
    },
    required: ["name"],
  },
};

export const text = (said: string) => ({ content: [{ type: "text" as const, text: said }] });
export const raw = (result: unknown) => text(`Raw result: ${JSON.stringify(result, null, 2)}`);

/** How both generations ask for something said by a model. */
export const thought = ({ prompt, maxTokens }: { readonly prompt: string; readonly maxTokens: number }) => ({
  messages: [{ role: "user" as const, content: { type: "text" as const, text: prompt } }],
  systemPrompt: "You are a helpful test server.",
  maxTokens,
});

export const departments = (given = "") => ["Engineering", "Sales"].filter((each) => each.startsWith(given));
export const people = (given = "", context?: { readonly arguments?: Readonly<Record<string, string>> | undefined }) =>
  (context?.arguments?.["department"] === "Sales" ? ["David", "Eve"] : ["Alice"]).filter((each) =>
    each.startsWith(given),
  );
export const numbers = (given: string) => (Number(given) > 0 ? [given] : []);
export const promote = ({ name = "", department = "" }) => ({
  messages: [
    {
      role: "user" as const,
      content: { type: "text" as const, text: `Please promote ${name} to the head of the ${department} team.` },
    },
  ],
});

export const dynamicText = (uri: string) => ({
  uri,
  mimeType: "text/plain",
  text: `Resource ${uri.split("/").at(-1)}: This is a plaintext resource`,
});
export const dynamicBlob = (uri: string) => ({ uri, mimeType: "text/plain", blob: "UmVzb3VyY2U=" });

/** Those tools whose answers need nothing but their arguments. */
export const links = (count: number) => ({
  content: Array.from({ length: count }, (_, index) => ({
    type: "resource_link" as const,
    uri: `demo://resource/dynamic/text/${index + 1}`,
    name: `Text Resource ${index + 1}`,
  })),
});
export const reference = (id: number) => ({
  content: [{ type: "resource" as const, resource: dynamicText(`demo://resource/dynamic/text/${id}`) }],
});
export const image = {
  content: [
    { type: "text" as const, text: "Here's the image you requested:" },
    { type: "image" as const, data: IMAGE, mimeType: "image/png" },
  ],
};

/** One page of a list, and where the next one begins. */
export function pageOf<T>(items: readonly T[], cursor: string | undefined) {
  const from = Number(cursor ?? 0);
  const next = from + PAGE < items.length ? String(from + PAGE) : undefined;
  return { items: items.slice(from, from + PAGE), ...(next !== undefined && { nextCursor: next }) };
}
