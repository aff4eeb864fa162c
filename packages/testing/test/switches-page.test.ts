// The page of the documentation that lists every switch and every profile, made from the tables themselves.
import { expect, test } from "vitest";
import {
  AUTHORIZATION_SERVER_ATTACKS,
  AUTHORIZATION_SERVER_QUIRKS,
  MCP_SERVER_ATTACKS,
  MCP_SERVER_FAULTS,
  PROVIDER_PROFILES,
  type ProviderName,
  type ProviderProfile,
} from "../src/index.ts";
import { PROVIDER_MATRIX } from "./provider-matrix.ts";

const NAMES = Object.keys(PROVIDER_PROFILES) as ProviderName[];

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

const switches = (all: Readonly<Record<string, string>>): string =>
  table(
    ["switch", "what the server then does"],
    Object.entries(all).map(([name, does]) => [`\`${name}\``, does]),
  );

function profileRow(name: ProviderName): readonly string[] {
  const { about = "", quirks, faults }: ProviderProfile = PROVIDER_PROFILES[name];
  const thrown = [...quirks, ...faults].map((each) => `\`${each}\``).join(", ");
  return [`\`${name}\``, about, thrown || "none", outcomeOf(name)];
}

/** What stands between this app and a sign-in, from the table the tests live by. */
function outcomeOf(name: ProviderName): string {
  const { story = [], settings } = PROVIDER_MATRIX.find(({ provider }) => provider === name) ?? {};
  const met = story.filter(
    (step) => !/^(?:called|signed in|renewed|allowed|removed|two accounts|insufficient)/.test(step),
  );
  const works = story.some((step) => step.startsWith("renewed"));
  const given = settings === undefined ? "" : `with \`oauth: ${JSON.stringify(settings)}\`: `;
  return given + (met.length === 0 ? "works" : `${met.join("; ")}${works ? "; then works" : ""}`);
}

const page = (): string => `# Testing against providers as they are

\`agents/testing\` brings an authorization server and an MCP server without sockets. Both do what the specifications say until a switch is
thrown; switches can be thrown and taken back while a test runs. They run in Node and in a Worker.

\`\`\`ts
import { approve, createMockNetwork, createMockProvider } from "agents/testing";

const provider = createMockProvider("github", { redirectUris: ["https://app.example/agents/my-agent/ada/callback"] });
const network = createMockNetwork(provider.hosts); // network.fetch in the place of fetch
// … add provider.url, then sign in as a person does:
await approve(authUrl, network);

provider.authorizationServer.quirks.add("refresh-refused"); // what a test is about
provider.mcpServer.faults.add("session-lost");
\`\`\`

In a Worker under test, \`globalThis.fetch = network.fetch\` makes the mock network all the internet there is; a Durable Object that hands
requests to \`provider.hosts[origin]\` is a provider that several Workers share. With another \`clock\` (\`createTestClock\`) tokens end when a
test says so. A profile of your own is an object: \`createMockProvider({ quirks: ["no-refresh-token"], faults: [] })\`.

This page is made from the tables of switches: \`vitest run --project testing -u\` writes it anew.

## Profiles

What signing in is like at kinds of providers, by the names people know them by. Profiles say what builders of clients have reported
in public; the companies have no part in them and may have changed since. The last column is what this package's own tests
meet, in Node and in workerd: each goes on to be called, renewed, given more permission where the profile has a \`moreScope\`, and removed
with what it was granted given back.

${table(["profile", "what it is like", "switches", "comes to"], NAMES.map(profileRow))}

## Quirks of an authorization server

${switches(AUTHORIZATION_SERVER_QUIRKS)}

## Attacks by an authorization server

${switches(AUTHORIZATION_SERVER_ATTACKS)}

## Faults of an MCP server

${switches(MCP_SERVER_FAULTS)}

## Attacks by an MCP server

${switches(MCP_SERVER_ATTACKS)}
`;

test("the documentation lists every switch and every profile", async () => {
  await expect(page()).toMatchFileSnapshot("../../../docs/testing.md");
});

test("every profile is in the table that is lived through, and says what it is like", () => {
  expect(PROVIDER_MATRIX.map(({ provider }) => provider).sort()).toEqual([...NAMES].sort());
  expect(NAMES.filter((name) => !PROVIDER_PROFILES[name].about)).toEqual([]);
});
