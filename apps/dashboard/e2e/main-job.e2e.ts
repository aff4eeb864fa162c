// The main job: connect, sign in, use, come back, let go.
import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { launchBrowser } from "./support/browser.ts";
import { approve, type DashboardPage, openDashboard } from "./support/dashboard-page.ts";
import { type Demo, startDemoProcess } from "./support/demo.ts";

let demo: Demo;
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  [demo, browser] = await Promise.all([startDemoProcess(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await demo?.stop();
});
// Another context is another browser to the dashboard, and so another agent.
beforeEach(async () => {
  context = await browser.newContext();
});
afterEach(async () => {
  await context.close();
});

async function signInToNotes(): Promise<DashboardPage> {
  const dashboard = await openDashboard(context, demo.url);
  await dashboard.addFromCatalogue("Notes");
  await approve(await dashboard.openPopup(dashboard.card("Notes").getByRole("button", { name: "Sign in" })));
  await dashboard.waitForState("Notes", "ready");
  return dashboard;
}

test("a person signs in to a server in a popup, and every tab sees the states in order", async () => {
  const first = await openDashboard(context, demo.url);
  const second = await openDashboard(context, demo.url);
  await first.addFromCatalogue("Notes");
  await second.waitForState("Notes", "authenticating");
  const popup = await first.openPopup(first.card("Notes").getByRole("button", { name: "Sign in" }));
  await first.card("Notes").getByText("Finish in the window we opened.").waitFor();
  await second.card("Notes").getByText("Waiting in another tab").waitFor();
  await approve(popup);
  await first.waitForState("Notes", "ready");
  await second.waitForState("Notes", "ready");

  const states = first.frames.statesOf("Notes");
  const signingIn = states.slice(states.indexOf("authenticating"));
  // What is over within a tenth of a second is told as what came of it.
  const all = ["authenticating", "connecting", "connected", "discovering", "ready"];
  expect(signingIn).toEqual(all.filter((state) => signingIn.includes(state)));
  expect(signingIn).toEqual(expect.arrayContaining(["authenticating", "ready"]));
  expect(second.frames.statesOf("Notes")).toEqual(states);
  await first
    .card("Notes")
    .getByText(/\d+ tools/)
    .waitFor();
});

test("a tool that its server changed later is marked, compared, and accepted", async () => {
  const dashboard = await openDashboard(context, demo.url);
  await dashboard.addFromCatalogue("Dice");
  await dashboard.waitForState("Dice", "ready");
  await demo.control("dice", "tools/changed");
  try {
    await dashboard.fromMenu("Dice", /^Disconnect/);
    await dashboard.card("Dice").getByRole("button", { name: "Connect" }).click();
    await dashboard.waitForState("Dice", "ready");
  } finally {
    await demo.control("dice", "tools/as-before");
  }
  await dashboard.card("Dice").getByRole("link", { name: "Dice", exact: true }).click();
  await dashboard.page.getByRole("link", { name: /^Flip a coin.*Changed/ }).click();
  const changed = dashboard.page.getByTestId("tool-changed");
  await changed.getByRole("button", { name: "Compare the definitions" }).click();
  await changed.getByRole("region", { name: "Before" }).getByText("Heads or tails.").waitFor();
  await changed.getByRole("region", { name: "Now" }).getByText("or the edge").waitFor();
  await changed.getByRole("button", { name: "Accept the change" }).click();
  await changed.waitFor({ state: "detached" });
});

test("focus stays with the server when its button turns into something else", async () => {
  const dashboard = await openDashboard(context, demo.url);
  await dashboard.addFromCatalogue("Notes");
  const button = dashboard.card("Notes").getByRole("button", { name: "Sign in" });
  await button.focus();
  const [popup] = await Promise.all([dashboard.page.waitForEvent("popup"), dashboard.page.keyboard.press("Enter")]);
  await approve(popup);
  await dashboard.waitForState("Notes", "ready");
  const focused = dashboard.card("Notes").locator(":focus");
  await focused.waitFor();
  expect(await dashboard.page.getByTestId("announcer").textContent()).toBe("Notes: Connected");
});

test("tools, resources and prompts of a connected server can be used", async () => {
  const { page, card } = await signInToNotes();
  await card("Notes").getByRole("link", { name: "Notes", exact: true }).click();

  await page.getByRole("link", { name: /^Add a note/ }).click();
  const panel = page.getByTestId("tool-panel");
  await panel.getByRole("button", { name: "Run tool" }).click();
  await panel.getByText("Please fill this in.").first().waitFor();
  await panel.getByLabel("title").fill("Groceries");
  await panel.getByLabel("text").fill("<b>Milk</b>");
  await panel.getByRole("button", { name: "Run tool" }).click();
  await page.locator("[data-testid=tool-result][data-outcome=ok]").waitFor();

  await page.getByRole("link", { name: /^List notes/ }).click();
  await panel.getByRole("button", { name: "Run tool" }).click();
  await page.getByTestId("tool-result").getByText("<b>Milk</b>").first().waitFor();

  await page.getByRole("link", { name: /^Draw a badge/ }).click();
  await panel.getByRole("textbox").first().fill("Hello");
  await panel.getByRole("button", { name: "Run tool" }).click();
  await page.getByRole("img", { name: "Image made by the tool" }).waitFor();

  await page.getByRole("link", { name: /^Spill ink/ }).click();
  await panel.getByRole("button", { name: "Run tool" }).click();
  await page.locator("[data-testid=tool-result][data-outcome=tool-error]").waitFor();

  await page.getByRole("tab", { name: "Resources" }).click();
  await page.getByRole("link", { name: /^All notes/ }).click();
  await page.getByRole("button", { name: "Read" }).click();
  await page
    .getByText(/Groceries/)
    .first()
    .waitFor();

  await page.getByRole("tab", { name: "Prompts" }).click();
  await page.locator("nav[aria-label=Prompts] a").first().waitFor();
});

test("after a reload and after a restart of everything the person is still signed in, with the tools in the first frame", async () => {
  const before = await signInToNotes();
  await before.page.reload();
  await before.waitForState("Notes", "ready");
  expect(before.frames.snapshots()[0]?.tools.length).toBeGreaterThan(0);

  await demo.restart();
  const { page, frames, card, waitForState } = await openDashboard(context, demo.url);
  await waitForState("Notes", "ready");
  const [first] = frames.snapshots();
  expect(Object.values(first?.servers ?? {}).map(({ name, state }) => `${name} ${state}`)).toEqual(["Notes ready"]);
  expect(first?.tools.map(({ name }) => name)).toContain("add_note");

  await card("Notes").getByRole("link", { name: "Notes", exact: true }).click();
  await page.getByRole("link", { name: /^List notes/ }).click();
  await page.getByRole("button", { name: "Run tool" }).click();
  await page.locator("[data-testid=tool-result][data-outcome=ok]").waitFor();
});

test("a server is disconnected, connected again without a sign-in, signed out of and kept, and removed", async () => {
  const { page, card, fromMenu, waitForState } = await signInToNotes();
  await fromMenu("Notes", /^Disconnect/);
  await waitForState("Notes", "not-connected");
  await card("Notes").getByRole("button", { name: "Connect" }).click();
  await waitForState("Notes", "ready");

  await fromMenu("Notes", /^Sign out/);
  await waitForState("Notes", "not-connected");
  await card("Notes").getByText("Not in use.", { exact: true }).waitFor();
  await card("Notes").getByRole("button", { name: "Connect" }).click();
  await waitForState("Notes", "authenticating");

  await fromMenu("Notes", /^Remove/);
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("No servers yet").waitFor();
});

test("servers of every kind stand side by side: open, older transport, newer protocol, by address with a token", async () => {
  const dashboard = await openDashboard(context, demo.url);
  const { page } = dashboard;
  await dashboard.addFromCatalogue("Dice");
  await dashboard.waitForState("Dice", "ready");
  await dashboard.addFromCatalogue("Clock");
  await dashboard.waitForState("Clock", "ready");
  await dashboard.addFromCatalogue("Weather");
  await approve(await dashboard.openPopup(dashboard.card("Weather").getByRole("button", { name: "Sign in" })));
  await dashboard.waitForState("Weather", "ready");

  await page.getByRole("button", { name: "Add server" }).click();
  await page.getByRole("button", { name: "Connect Vault door" }).click();
  await page.getByRole("textbox", { name: "Access token" }).fill("demo-token");
  await page.getByRole("dialog").getByRole("button", { name: "Add server" }).click();
  await dashboard.waitForState("Vault door", "ready");
  await page.getByText("4 connected").waitFor();
  expect(JSON.stringify(dashboard.frames.snapshots())).not.toContain("demo-token");
});
