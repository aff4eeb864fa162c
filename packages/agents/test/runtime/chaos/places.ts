// The servers of one storm and how they fail: by switches, by not being there, and by answering late.
import {
  createMockMcpServer,
  ECHO_TOOL,
  type FetchHandler,
  type McpServerFault,
  type MockAuthorization,
  type MockMcpServer,
  type MockMcpServerOptions,
} from "@agents-internal/testing";

export interface Place {
  readonly name: string;
  readonly url: string;
  readonly server: MockMcpServer;
  readonly handler: FetchHandler;
  /** How its host answers now. */
  mood: "well" | "gone" | "late";
}

export interface Places {
  readonly all: readonly Place[];
  /** Answers that are held back, oldest first. */
  readonly held: (() => void)[];
  /** Everybody is well again, and what was held back arrives. */
  heal(): void;
}

/** Those after which a server can be used as soon as they end. `hang` is played by late answers, which end. */
export const FAULTS: readonly McpServerFault[] = [
  "html",
  "http-500",
  "http-404",
  "http-405",
  "redirect",
  "cut-body",
  "not-json-rpc",
  "wrong-version",
  "session-lost",
  "session-lost-400",
  "no-stream",
  "endless-pages",
  "broken-tools",
  "bare-challenge",
  "no-metadata",
];

const KINDS: readonly (Partial<MockMcpServerOptions> & { readonly name: string; readonly guarded?: boolean })[] = [
  { name: "old" },
  { name: "new", era: "modern" },
  { name: "both", era: "both", answers: "sse" },
  { name: "guarded", guarded: true },
];

/** `serial` keeps the hosts of one storm apart from those of another. */
export function createPlaces(serial: number, behind: MockAuthorization): Places {
  const held: (() => void)[] = [];
  const all = KINDS.map(({ name, guarded, ...options }): Place => {
    const url = `https://${name}-${serial}.example/mcp`;
    const server = createMockMcpServer({
      url,
      name,
      tools: [ECHO_TOOL],
      ...options,
      ...(guarded && { authorization: behind }),
    });
    const place: Place = {
      name,
      url,
      server,
      mood: "well",
      async handler(request) {
        if (place.mood === "gone") throw new TypeError("fetch failed");
        const response = await server.handler(request);
        if (place.mood === "late") await new Promise<void>((resolve) => held.push(resolve));
        return response;
      },
    };
    return place;
  });
  return {
    all,
    held,
    heal() {
      for (const place of all) {
        place.mood = "well";
        place.server.faults.clear();
      }
      for (const release of held.splice(0)) release();
    },
  };
}
