// Writes inherited.json: what an object holds after the published package `agents` 0.32.0 has lived in it. Then deploys this
// package over it, and that one again, and says what each of them finds.
//
//   npm install --prefix SOME_FOLDER agents@0.32.0 ai zod
//   node packages/agents/test/runtime/adoption/record.ts SOME_FOLDER/node_modules/agents
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { deskOf } from "../desk.ts";
import { VAULT_KEYS } from "../scene.ts";
import { APP, BY_HAND, CALLBACK, HEADER, INSTANCE, ISSUER, SERVERS, startTown } from "./town.ts";

const [packageFolder] = process.argv.slice(2);
if (packageFolder === undefined) throw new Error("Say where the package is.");

const published = { agents: join(packageFolder, "dist/index.js"), path: "node:path" };
const town = await startTown({ alias: published, bindings: {} });
try {
  town.aliases.add(APP);
  const house = deskOf(town, INSTANCE, "house");
  const add = (name: keyof typeof SERVERS, options: object = {}) =>
    house.work<{ id: string; authUrl?: string }>("addMcpServer", name, SERVERS[name], {
      callbackHost: APP,
      ...options,
    });
  const signIn = async (name: keyof typeof SERVERS, options: object = {}) => {
    const { authUrl } = await add(name, options);
    const { status, url } = await town.approve(String(authUrl));
    process.stderr.write(`${name}: ${status} ${url}\n`);
  };

  await house.work("setState", { theme: "dark", visits: 3 });
  await signIn("notes", { retry: { maxAttempts: 5, baseDelayMs: 100 } });
  // A sign-in that is open.
  await add("calendar");
  town.as.quirks.add("no-refresh-token");
  await signIn("archive");
  town.as.quirks.delete("no-refresh-token");
  // With a client that was registered by hand.
  const { clientId: client_id, clientSecret: client_secret } = BY_HAND;
  await house.work("keepClient", "ledger", CALLBACK, { client_id, client_secret, issuer: ISSUER });
  await house.work("mcp.registerServer", "ledger", {
    name: "ledger",
    url: SERVERS.ledger,
    callbackUrl: CALLBACK,
    clientId: client_id,
  });
  const { authUrl } = await house.work<{ authUrl: string }>("mcp.connectToServer", "ledger");
  process.stderr.write(`ledger: ${(await town.approve(authUrl)).status}\n`);
  await add("internal", { transport: { headers: { [HEADER.name]: HEADER.value } } });
  await add("feed", { id: "the-feed", transport: { type: "sse" } });
  await add("modern", { client: { capabilities: { roots: {} }, listMaxPages: 7 } });
  await house.failure("addMcpServer", "broken", SERVERS.broken, { callbackHost: APP });
  await house.work("addNeighbour");
  await house.work("later");

  const tell = async (who: string) => {
    const { servers } = await house.settled();
    const states = Object.values(servers).map(({ name, state }) => `${name} ${state}`);
    const found = { state: await house.work("state"), servers: states, tools: await house.work("toolKeys") };
    process.stderr.write(`${who}: ${JSON.stringify(found, null, 1)}\n`);
  };
  await tell("published");
  const contents = await house.work("contents");
  const file = new URL("inherited.json", import.meta.url);
  writeFileSync(file, `${JSON.stringify(contents, null, 2)}\n`);

  await town.runtime.restart({ AGENTS_VAULT_KEYS: VAULT_KEYS }, {});
  await tell("this package");
  await town.runtime.restart({}, published);
  await tell("published, again");
} finally {
  await town.dispose();
}
