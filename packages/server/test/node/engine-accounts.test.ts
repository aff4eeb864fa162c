// Several accounts of one server in one agent: entries of their own, with nothing in common but the address.
import { expect, test } from "vitest";
import { consent, failure, ISSUER, MCP_URL, protectedServer } from "./mcp-scenes.ts";

async function twoAccounts() {
  const scene = protectedServer();
  const { host } = scene;
  const work = await host.add("mail", MCP_URL, { account: "work" });
  const home = await host.add("mail", MCP_URL, { account: "home" });
  for (const { authUrl } of [home, work]) await consent(host, authUrl ?? "");
  return { ...scene, work: work.id, home: home.id };
}

const shownBy = (host: ReturnType<typeof protectedServer>["host"], from: number) =>
  host.network.requests
    .slice(from)
    .filter(({ url, method }) => url === MCP_URL && method === "POST")
    .map(({ headers }) => headers["authorization"]);

test("each account is an entry with its label, its sign-in, its registration and its tools", async () => {
  const { as, host, work, home } = await twoAccounts();
  expect(work).not.toBe(home);
  expect(Object.values(host.state().servers)).toMatchObject([
    { name: "mail", account: "work", state: "ready" },
    { name: "mail", account: "home", state: "ready" },
  ]);
  expect(host.mcp.listServers()).toMatchObject([
    { id: work, account: "work" },
    { id: home, account: "home" },
  ]);
  expect(as.registrations).toHaveLength(2);
  const names = Object.keys(host.mcp.getAITools());
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => name.includes(work))).toHaveLength(names.length / 2);
});

test("a call shows the token of its own account, also after a wake", async () => {
  const { host, work, home } = await twoAccounts();
  host.evict();
  const seen: Record<string, Set<string | undefined>> = {};
  for (const serverId of [work, home, work]) {
    const before = host.network.requests.length;
    await host.mcp.callTool({ serverId, name: "echo", arguments: { text: "hi" } });
    seen[serverId] = new Set([...(seen[serverId] ?? []), ...shownBy(host, before)]);
  }
  expect([seen[work]?.size, seen[home]?.size]).toEqual([1, 1]);
  expect(seen[work]).not.toEqual(seen[home]);
});

test("the end of one account leaves the other one signed in", async () => {
  const { as, host, work, home } = await twoAccounts();
  await host.mcp.signOutServer(work);
  expect(as.revoked).toHaveLength(2);
  expect(host.state().servers).toMatchObject({ [work]: { state: "not-connected" }, [home]: { state: "ready" } });
  await host.mcp.removeServer(work);
  expect(await host.mcp.callTool({ serverId: home, name: "echo", arguments: { text: "hi" } })).toBeDefined();
  expect(host.ports.sql.all("SELECT server_id FROM agents_mcp_oauth_tokens")).toEqual([{ server_id: home }]);
});

test("a window that was opened for one account signs in to that one only", async () => {
  const { host } = protectedServer();
  const { authUrl = "" } = await host.add("mail", MCP_URL, { account: "work" });
  await host.add("mail", MCP_URL, { account: "home" });
  await consent(host, authUrl);
  expect(Object.values(host.state().servers).map(({ account, state }) => `${account} ${state}`)).toEqual([
    "work ready",
    "home authenticating",
  ]);
});

test("the same account joins its entry, no account is an account of its own, and names make entries as well", async () => {
  const { host } = protectedServer();
  const ids: string[] = [];
  for (const [name, account] of [
    ["mail", undefined],
    ["mail", "work"],
    ["mail", undefined],
    ["mail", "work"],
    ["other", undefined],
  ] as const) {
    ids.push((await host.add(name, MCP_URL, account === undefined ? {} : { account })).id);
  }
  expect([ids[0] === ids[2], ids[1] === ids[3], new Set(ids).size]).toEqual([true, true, 3]);
});

test("an id stays with its account: adding refuses another one, registering makes the entry anew", async () => {
  const { as, host } = protectedServer();
  const { authUrl = "" } = await host.add("mail", MCP_URL, { id: "mail", account: "work" });
  await consent(host, authUrl);
  expect(await failure(host.add("mail", MCP_URL, { id: "mail", account: "home" }))).toMatchObject({
    code: "server-id-taken",
    detail: `"mail" is "mail" at ${MCP_URL} for "work".`,
  });
  await host.mcp.registerServer("mail", { name: "mail", url: MCP_URL, account: "home" });
  expect(host.server()).toMatchObject({ account: "home", state: "not-connected" });
  expect(as.revoked).toHaveLength(2);
});

test.each(["", "a".repeat(257), "line\nbreak", 7])("a label nobody could show is refused: %j", async (account) => {
  const { host } = protectedServer();
  expect(await failure(host.add("mail", MCP_URL, { account: account as string }))).toMatchObject({
    code: "option-invalid",
  });
});

/** A provider that says which prompts it knows. */
function knowing(...prompts: string[]) {
  const scene = protectedServer();
  const { as, host } = scene;
  host.network.route(ISSUER, async (request) => {
    const response = await as.handler(request);
    if (!request.url.includes("/.well-known/")) return response;
    return Response.json({ ...((await response.json()) as object), prompt_values_supported: prompts });
  });
  return scene;
}

test.each([
  ["select_account", knowing("login", "select_account"), { account: "work" }],
  [null, knowing("login", "select_account"), {}],
  [null, knowing("login"), { account: "work" }],
  [null, protectedServer(), { account: "work" }],
  ["login", protectedServer(), { account: "work", oauth: { prompt: "login" } }],
] as const)(
  "the provider is asked to let a person choose where it knows how: %s",
  async (prompt, { host }, options) => {
    const { authUrl = "" } = await host.add("mail", MCP_URL, options);
    await consent(host, authUrl);
    const asked = host.network.requests.find(({ url }) => url.startsWith(`${ISSUER}/authorize`));
    expect(new URL(asked?.url ?? "").searchParams.get("prompt")).toBe(prompt);
  },
);

test("where no client id is to be had the entry shows the exact redirect URI to register", async () => {
  const { as, host } = protectedServer();
  as.quirks.add("no-registration");
  expect(await failure(host.add("mail", MCP_URL))).toMatchObject({ code: "client-id-required" });
  expect(host.server()).toMatchObject({
    state: "failed",
    error_code: "client-id-required",
    redirect_uri: "https://app.example/agents/test-agent/test/callback",
  });
  as.quirks.delete("no-registration");
  await host.add("mail", MCP_URL);
  expect(host.server()).not.toHaveProperty("redirect_uri");
});
