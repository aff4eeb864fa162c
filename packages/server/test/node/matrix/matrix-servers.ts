// The servers of the matrix, and which features each of them lacks, with the reason.
import { serveLegacy, serveModern, serveSse, serveStateless } from "../mcp-servers.ts";
import type { TestServer } from "../http-server.ts";
import { serveEverything } from "./everything-server.ts";
import type { Feature } from "./features.ts";
import { legacyShowcase } from "./legacy-showcase.ts";
import { type Made, modernShowcase } from "./modern-showcase.ts";

export interface MatrixServer extends TestServer {
  /** Forgets every session, as a restart does. */
  readonly restart?: () => void | Promise<void>;
  /** Tells every client that the list of tools changed. */
  readonly toolsChanged?: () => void;
}

export interface Kind {
  readonly name: string;
  readonly era: "legacy" | "modern";
  readonly serve: () => Promise<MatrixServer>;
  /** How the end of a session looks to the server. */
  readonly ends: "DELETE" | "closed stream" | null;
  readonly lacks: Readonly<Partial<Record<Feature, string>>>;
}

const NO_CHANNEL = "has no way to say something unasked, and an answer to a question reaches another server";
const WITHOUT_SESSION = {
  "log messages from a level on": NO_CHANNEL,
  "resources that change": NO_CHANNEL,
  "lists that change": NO_CHANNEL,
  "tools that change": NO_CHANNEL,
  "elicitation of a form": NO_CHANNEL,
  "elicitation by a page": NO_CHANNEL,
  sampling: NO_CHANNEL,
  roots: NO_CHANNEL,
  "a session that is lost": "has no sessions",
  "the end of a session": "has no sessions",
} satisfies Kind["lacks"];
const EVERYTHING = {
  "lists of many pages": "gives every list at once",
  "tools that change": "changes its tools at the beginning of a session only",
} satisfies Kind["lacks"];

const make = legacyShowcase;
const fromLegacy = async (server: ReturnType<typeof serveLegacy>): Promise<MatrixServer> => {
  const started = await server;
  return { ...started, restart: started.forget };
};

export const KINDS: readonly Kind[] = [
  {
    name: "1.x, with sessions",
    era: "legacy",
    serve: () => fromLegacy(serveLegacy({ make })),
    ends: "DELETE",
    lacks: {},
  },
  {
    name: "1.x, with sessions, answers as JSON",
    era: "legacy",
    serve: () => fromLegacy(serveLegacy({ make, json: true })),
    ends: "DELETE",
    lacks: {
      progress: "says nothing before the answer",
      "progress that keeps a call alive": "says nothing before the answer",
    },
  },
  {
    name: "1.x, stateless",
    era: "legacy",
    serve: () => serveStateless({ make }),
    ends: null,
    lacks: {
      ...WITHOUT_SESSION,
      "resources that are made during a session": "forgets everything with each answer",
    },
  },
  {
    name: "1.x, over SSE",
    era: "legacy",
    serve: () => fromLegacy(serveSse({ make })),
    ends: "closed stream",
    lacks: {},
  },
  {
    name: "2.x",
    era: "modern",
    serve: () => {
      const made: Made = new Map();
      return serveModern({ make: (notify) => modernShowcase(notify, made) });
    },
    ends: null,
    lacks: {
      "a session that is lost": "this revision has no sessions",
      "the end of a session": "this revision has no sessions",
    },
  },
  {
    name: "the everything server",
    era: "legacy",
    serve: () => serveEverything("streamableHttp"),
    ends: "DELETE",
    lacks: EVERYTHING,
  },
  {
    name: "the everything server, over SSE",
    era: "legacy",
    serve: () => serveEverything("sse"),
    ends: "closed stream",
    lacks: EVERYTHING,
  },
];
