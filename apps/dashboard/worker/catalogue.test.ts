import { expect, test } from "vitest";
import { parseCatalogue } from "./catalogue.ts";

const entry = {
  id: "x",
  name: "X",
  description: "",
  url: "http://localhost/mcp",
  transport: "sse",
  auth: "none",
  era: "2025-11-25",
};

test("complete entries are offered, others are left out", () => {
  expect(parseCatalogue(JSON.stringify([entry, { id: "y" }, null]))).toEqual([entry]);
});

test("a deployment without a catalogue, or with a broken one, offers nothing", () => {
  for (const json of [undefined, "", "{", "null", "{}"]) expect(parseCatalogue(json)).toEqual([]);
});
