// The published package's life with each kind of provider there is, in real workerd; then what each attack comes to.
import {
  AUTHORIZATION_SERVER_ATTACKS,
  type AuthorizationServerSwitch,
  createMockProvider,
  MCP_SERVER_ATTACKS,
  type McpServerSwitch,
  type ProviderName,
} from "@agents-internal/testing";
import { type Life, tellLife } from "@agents-internal/testing/life";
import { CLIENT_DOCUMENT, type MatrixRow, PROVIDER_MATRIX, providerOf, storyOf } from "@agents-internal/testing/matrix";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Desk, DeskError, deskOf } from "./desk.ts";
import { type Scene, startScene, VAULT_KEYS } from "./scene.ts";

let scene: Scene;
let ahead = 0;
const clock = { now: () => Date.now() + ahead, sleep: async () => undefined };

beforeAll(async () => {
  scene = await startScene({
    worker: "fixtures/providers.js",
    classes: ["Desk"],
    hosts: () => ({}),
    bindings: { AGENTS_VAULT_KEYS: VAULT_KEYS, AGENTS_CLIENT_METADATA_URL: CLIENT_DOCUMENT },
  });
});
afterAll(() => scene.dispose());

/** Addresses of its own, so that nothing another test left there is met. */
const placesOf = (name: string) => {
  const host = name.toLowerCase();
  return { url: `https://mcp.${host}.example/mcp`, authOrigin: `https://as.${host}.example` };
};
const redirectUriOf = ({ path }: Desk): string => `${scene.runtime.origin}${path}/callback`;

function lifeAt(desk: Desk, url: string): Life {
  const browser = scene.newBrowser();
  const entry = async (account?: string) => {
    const found = Object.entries((await desk.state()).servers).find(([, server]) => server.account === account);
    if (found === undefined) throw new Error(`no server ${account ?? ""}`);
    return { id: found[0], server: found[1] };
  };
  const attempt = async (work: () => Promise<unknown>) => {
    await work().catch((error: unknown) => {
      // How it ended is in the state.
      if (!(error instanceof DeskError)) throw error;
    });
    await desk.settled();
  };
  return {
    add: (settings) => attempt(() => desk.add("mock", url, settings)),
    agree: (authUrl) => attempt(() => scene.approve(authUrl, browser)),
    retry: (account) =>
      attempt(async () => {
        const { id } = await entry(account);
        await desk.work("mcp.closeConnection", id);
        await desk.work("mcp.establishConnection", id);
      }),
    server: async (account) => (await entry(account)).server,
    async call(name, account) {
      const params = { serverId: (await entry(account)).id, name, arguments: {} };
      try {
        const { content } = await desk.work<{ content: readonly { text?: string }[] }>("mcp.callTool", params);
        return content[0]?.text ?? "nothing";
      } catch (error) {
        if (error instanceof DeskError) return error.failure.code ?? error.failure.message;
        throw error;
      }
    },
    async pass(ms) {
      ahead += ms;
      await scene.runtime.fetch(`/clock?ahead=${ahead}`);
    },
    remove: async (account) => desk.work("removeMcpServer", (await entry(account)).id),
  };
}

test.each(PROVIDER_MATRIX.map((row): [ProviderName, MatrixRow] => [row.provider, row]))(
  "a provider like %s",
  async (name, row) => {
    const desk = deskOf(scene, name);
    const provider = providerOf(name, [redirectUriOf(desk)], { ...placesOf(name), clock });
    for (const [origin, handler] of Object.entries(provider.hosts)) scene.network.route(origin, handler);
    const told = await tellLife(storyOf(row, provider, lifeAt(desk, provider.url)));
    expect([name, ...told]).toEqual([name, ...row.story]);
  },
);

type Attack = keyof typeof AUTHORIZATION_SERVER_ATTACKS | keyof typeof MCP_SERVER_ATTACKS;

/** What is left of each: how the server ends, and what a person who says yes still sees. */
const ENDS: Readonly<Record<Attack, string>> = {
  "script-endpoint": "metadata-invalid",
  "plain-endpoint": "metadata-invalid",
  "internal-endpoint": "url-blocked",
  "metadata-huge": "response-too-large",
  "metadata-deep": "metadata-invalid",
  "metadata-elsewhere": "redirect-refused",
  "registration-page": "registration-refused",
  "callback-script": "authorization-failed",
  "callback-twice": "authenticating",
  "token-redirect": "redirect-refused",
  "token-line-break": "token-response-invalid",
  "metadata-internal": "url-blocked",
  "challenge-planted": "ready",
  "scope-flood": "ready",
  "tool-names-hostile": "ready",
};

test.each(Object.entries(ENDS))("the attack %s ends as %s, and reaches nobody else", async (attack, end) => {
  const desk = deskOf(scene, attack);
  const provider = createMockProvider("linear", {
    ...placesOf(attack),
    authorizationServer: { clock, consent: "approve" },
  });
  const { authorizationServer: as, mcpServer } = provider;
  if (attack in AUTHORIZATION_SERVER_ATTACKS) as.quirks.add(attack as AuthorizationServerSwitch);
  else mcpServer.faults.add(attack as McpServerSwitch);
  for (const [origin, handler] of Object.entries(provider.hosts)) scene.network.route(origin, handler);
  scene.network.forget();
  scene.answers.splice(0);
  const life = lifeAt(desk, provider.url);

  await life.add({ oauth: {} });
  const { auth_url: authUrl } = await life.server();
  if (authUrl !== null) await life.agree(authUrl);

  const { state, error_code: code } = await life.server();
  expect(code ?? state).toBe(end);
  const own = new Set(Object.keys(provider.hosts));
  expect(scene.network.requests.map(({ url }) => new URL(url).origin).filter((origin) => !own.has(origin))).toEqual([]);
  const pages = scene.answers.filter((answer) => answer.includes("text/html"));
  expect(pages.some((page) => page.includes("<script>alert"))).toBe(false);
  expect(scene.answers.some((answer) => answer.includes("db01.internal"))).toBe(false);
});

test("every attack there is a switch for is tried", () => {
  const switches = [...Object.keys(AUTHORIZATION_SERVER_ATTACKS), ...Object.keys(MCP_SERVER_ATTACKS)];
  expect(Object.keys(ENDS).sort()).toEqual(switches.sort());
});
