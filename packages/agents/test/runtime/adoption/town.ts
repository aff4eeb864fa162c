// The servers around the house: one of each kind that the other package's rows can speak of.
import {
  createMockMcpServer,
  createMockSseServer,
  type MockAuthorizationServerOptions,
} from "@agents-internal/testing";
import { ISSUER, type Scene, type SceneOptions, startScene } from "../scene.ts";

/** Where the app is reached; addresses for sign-ins are made of it, and kept. */
export const APP = "https://house.example";
/** As it stands in callback addresses, unencoded. */
export const INSTANCE = "ann@example.com";
export const CALLBACK = `${APP}/agents/house/${INSTANCE}/callback`;

export const SERVERS = {
  notes: "https://notes.example/mcp",
  calendar: "https://calendar.example/mcp",
  archive: "https://archive.example/mcp",
  ledger: "https://ledger.example/mcp",
  internal: "https://internal.example/mcp",
  feed: "https://feed.example/sse",
  modern: "https://modern.example/mcp",
  broken: "https://broken.example/mcp",
} as const;
export const HEADER = { name: "authorization", value: "Bearer house-key-5f2a61c8" } as const;
/** Registered at the authorization server by hand. */
export const BY_HAND = {
  clientId: "by-hand",
  clientSecret: "house-secret-90d1e7b4",
  redirectUris: [CALLBACK],
} as const;

export function startTown(options: {
  readonly alias?: SceneOptions["alias"];
  readonly bindings?: SceneOptions["bindings"];
  readonly authorization?: Partial<MockAuthorizationServerOptions>;
}): Promise<Scene> {
  return startScene({
    worker: "adoption/house.js",
    classes: ["House", "Neighbour"],
    ...options,
    hosts: (authorization) => {
      const at = (url: string, server: object = {}) => [
        new URL(url).origin,
        createMockMcpServer({ url, ...server }).handler,
      ];
      return Object.fromEntries([
        at(SERVERS.notes, { authorization }),
        at(SERVERS.calendar, { authorization }),
        at(SERVERS.archive, { authorization }),
        at(SERVERS.ledger, { authorization }),
        at(SERVERS.internal, { requireHeader: HEADER }),
        [new URL(SERVERS.feed).origin, createMockSseServer({ url: SERVERS.feed }).handler],
        at(SERVERS.modern, { era: "modern" }),
        [new URL(SERVERS.broken).origin, async () => new Response("no", { status: 500 })],
      ]) as ReturnType<SceneOptions["hosts"]>;
    },
    authorization: { quirks: ["refresh-rotation"], clients: [BY_HAND], ...options.authorization },
  });
}

export { ISSUER };
