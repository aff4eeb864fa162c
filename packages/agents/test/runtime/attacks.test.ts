// Attacks on an agent in real workerd, black-box: HTTP, frames, hostile MCP servers, hostile authorization servers.
import { afterAll, beforeAll } from "vitest";
import { type Arena, startArena } from "./attacks/arena.ts";
import { attackFrontDoor } from "./attacks/front-door.ts";
import { attackNetwork } from "./attacks/network.ts";
import { attackProvider } from "./attacks/provider.ts";
import { attackSignIn } from "./attacks/sign-in.ts";

let arena: Arena;
beforeAll(async () => {
  arena = await startArena();
});
afterAll(() => arena.runtime.dispose());

const current = () => arena;
attackSignIn(current);
attackProvider(current);
attackNetwork(current);
attackFrontDoor(current);
