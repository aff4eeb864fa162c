// Opens sessions the way the manager does, with everything a test wants to vary.
import { openSession } from "../../src/mcp/session/open-session.ts";
import type { CatalogueKind, OpenSessionOptions, Session } from "../../src/mcp/session/session.ts";
import { NO_TOKENS } from "../../src/mcp/token-source.ts";
import { createGuardedFetch } from "../../src/mcp/transport/guarded-fetch.ts";

export interface Opened {
  readonly session: Session;
  readonly changes: CatalogueKind[];
  /** Resolves with the next change reported after the call. */
  readonly nextChange: () => Promise<CatalogueKind>;
  readonly lost: Promise<void>;
  readonly lines: string[];
}

export async function open(url: string, options: Partial<OpenSessionOptions> = {}): Promise<Opened> {
  const changes: CatalogueKind[] = [];
  const lines: string[] = [];
  let onChange: (kind: CatalogueKind) => void = () => undefined;
  let onLost: () => void = () => undefined;
  const lost = new Promise<void>((resolve) => (onLost = resolve));
  const write = (event: string): void => void lines.push(event);
  const session = await openSession({
    serverId: "s1",
    url,
    transport: "auto",
    client: {},
    headers: [],
    tokens: NO_TOKENS,
    fetch: createGuardedFetch({ fetch: (request) => fetch(request), allowOrigins: ["http://127.0.0.1:*"] }),
    clock: { now: () => Date.now() },
    random: Math.random,
    log: { info: write, warn: write },
    listener: {
      listChanged: (kind) => {
        changes.push(kind);
        onChange(kind);
      },
      resourceUpdated: (uri) => void lines.push(`updated: ${uri}`),
      logged: ({ level, data }) => void lines.push(`${level}: ${JSON.stringify(data)}`),
      missed: () => void lines.push("missed"),
      lost: () => onLost(),
    },
    ...options,
  });
  return { session, changes, lines, lost, nextChange: () => new Promise((resolve) => (onChange = resolve)) };
}

/** What a promise rejected with, or an error when it did not. */
export async function rejection(
  promise: Promise<unknown>,
): Promise<{ readonly code: string; readonly [key: string]: unknown }> {
  return promise.then(
    () => {
      throw new Error("it did not reject");
    },
    (error: unknown) => error as { readonly code: string },
  );
}
