// Turns what a list lacks into sentences.
import { text } from "../../i18n/en.ts";
import type { McpListName, McpListProblem, MCPServer } from "../../model.ts";
import { errorSentence } from "./server-view.ts";

/** One sentence for each thing that keeps these lists of a server from being whole. */
export function listSentences(server: MCPServer, ...names: readonly McpListName[]): readonly string[] {
  const problems = names.flatMap((name) => server.list_problems?.[name] ?? []);
  return [...new Set(problems.map(sentence))];
}

function sentence({ error_code, error, left_out }: McpListProblem): string {
  switch (error_code) {
    case "list-endless":
      return text.lists.endless;
    case "list-too-large":
      return text.lists.tooLarge(left_out);
    case "catalogue-full":
      return text.lists.full(left_out);
    case "items-unusable":
      return text.lists.unusable(left_out);
    default:
      return text.lists.unreadable(errorSentence(error_code, error));
  }
}
