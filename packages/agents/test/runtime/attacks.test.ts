// Attacks on an agent in real workerd, black-box: HTTP, frames, hostile MCP servers, hostile authorization servers.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Arena, startArena } from "./attacks/arena.ts";
import { attackFrontDoor } from "./attacks/front-door.ts";
import { attackByContent } from "./attacks/content.ts";
import { attackByServer, dripFeed } from "./attacks/hostile-server.ts";
import { attackInterplay } from "./attacks/interplay.ts";
import { attackLifetime } from "./attacks/lifetime.ts";
import { attackNetwork } from "./attacks/network.ts";
import { attackPages } from "./attacks/pages.ts";
import { attackProvider } from "./attacks/provider.ts";
import { attackRows } from "./attacks/rows.ts";
import { attackSecrets, expectNoLeak } from "./attacks/secrets.ts";
import { attackSignIn } from "./attacks/sign-in.ts";
import { words } from "./attacks/surface.ts";
import { attackTransport } from "./attacks/transport.ts";

let arena: Arena;
let dripped: ReturnType<typeof dripFeed>;
beforeAll(async () => {
  arena = await startArena();
  // Takes its ten seconds while the others run.
  dripped = dripFeed(arena);
  dripped.catch(() => undefined);
});
afterAll(() => arena.runtime.dispose());
// A case that asserted nothing of whoever is attacked says nothing about them.
afterEach(({ task }) => {
  Object.assign(task.meta, { asserted: expect.getState().assertionCalls });
});

const current = () => arena;
attackSignIn(current);
attackProvider(current);
attackPages(current);
attackNetwork(current);
attackFrontDoor(current);
attackSecrets(current);
attackLifetime(current);
attackInterplay(current);
attackRows(current);

test("K01 K02 K03 ★ after all of it no secret is in an answer, a frame, a log line or the database", () => {
  expectNoLeak(arena);
}, 120_000);

// After the search: what is stored here is large, and no secret.
attackByServer(current);
attackByContent(current);
attackTransport(current);

test("V09 T05 ★ a document that arrives byte by byte is given up after ten seconds in all", async () => {
  const { outcome, elapsed } = await dripped;
  words(outcome).toBe("timeout");
  expect(elapsed).toBeLessThan(30_000);
});

test("nothing of it made the Worker throw where nobody looked", () => {
  expect(arena.runtime.output.filter((line) => /uncaught|unhandled/i.test(line))).toEqual([]);
});
