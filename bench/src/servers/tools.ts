// Tools of about 600 bytes each, as they are listed.
import type { MockTool } from "agents/testing";

const PROPERTIES = {
  text: { type: "string", description: "What to look for. Words are matched in any order and in any case." },
  limit: { type: "integer", minimum: 1, maximum: 100, default: 10, description: "How many to return at most." },
  order: { type: "string", enum: ["newest", "oldest", "relevance"], description: "In which order to return them." },
  since: { type: "string", format: "date-time", description: "Only what was changed after this time." },
};

export function toolsOf(server: number, count: number): readonly MockTool[] {
  return Array.from({ length: count }, (_each, index) => ({
    name: `search_${server}_${index}`,
    description: `Searches collection ${index} of server ${server} and returns what matches, with a link to each.`,
    inputSchema: { type: "object", properties: PROPERTIES, required: ["text"] },
  }));
}
