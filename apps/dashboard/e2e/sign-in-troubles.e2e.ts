// What goes wrong with a sign-in: each ends in a named state within seconds, and each can be mended.
import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { launchBrowser } from "./support/browser.ts";
import { approve, openDashboard, SOON } from "./support/dashboard-page.ts";
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
beforeEach(async () => {
  context = await browser.newContext();
});
afterEach(async () => {
  await context.close();
});

async function askedToSignIn() {
  const dashboard = await openDashboard(context, demo.url);
  await dashboard.addFromCatalogue("Notes");
  const card = dashboard.card("Notes");
  await card.getByText("Sign-in needed").waitFor();
  return { ...dashboard, notes: card, signIn: card.getByRole("button", { name: "Sign in" }) };
}

test("a declined consent is named within five seconds, and one click starts over", async () => {
  const { notes, signIn, openPopup, waitForState } = await askedToSignIn();
  const popup = await openPopup(signIn);
  await popup.getByTestId("deny").click();
  await notes.getByText("Access declined").waitFor(SOON);
  await notes.getByText("You or Notes declined access.").waitFor();
  await notes.getByText("authorization-denied").waitFor();

  await approve(await openPopup(notes.getByRole("button", { name: "Sign in again" })));
  await waitForState("Notes", "ready");
});

test("a person reads what happened in words, and copies a report of it that holds no secret", async () => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const { page, notes, signIn, openPopup } = await askedToSignIn();
  const popup = await openPopup(signIn);
  await popup.getByTestId("deny").click();
  await notes.getByText("Access declined").waitFor(SOON);
  await notes.getByRole("link", { name: "Notes", exact: true }).click();
  await page.getByRole("tab", { name: "About" }).click();

  const steps = page.getByRole("list", { name: "What happened" }).getByRole("listitem");
  await steps.filter({ hasText: "The sign-in service said no" }).filter({ hasText: "Next: try again" }).waitFor(SOON);
  await steps.filter({ hasText: "/.well-known/oauth-protected-resource" }).filter({ hasText: "HTTP 200" }).waitFor();
  await page.getByRole("button", { name: "Copy report" }).click();
  await page.getByText("Copied").waitFor();
  const report = await page.evaluate(() => navigator.clipboard.readText());
  expect(report).toMatch(/^MCP server report, agents \d/);
  expect(report).toContain("callback-denied · now failed · authorization-denied");
  expect(report).not.toMatch(/[?&](?:state|code|flow)=/);
});

test("P15 a blocked pop-up is named within five seconds, and a plain link does what the window could not", async () => {
  await context.addInitScript(() => {
    window.open = () => null;
  });
  const { notes, signIn, waitForState } = await askedToSignIn();
  await signIn.click();
  await notes.getByText("Pop-up blocked").waitFor(SOON);
  await notes.getByRole("button", { name: "Copy link" }).waitFor();

  const [tab] = await Promise.all([
    context.waitForEvent("page"),
    notes.getByRole("link", { name: "Open sign-in page" }).click(),
  ]);
  await tab.getByTestId("approve").click();
  await waitForState("Notes", "ready");
});

test("P15 a closed window is asked about, and the sign-in can still be finished", async () => {
  const { notes, signIn, openPopup, waitForState } = await askedToSignIn();
  const popup = await openPopup(signIn);
  await popup.close();
  await notes.getByText("Still waiting? The window seems closed.").waitFor(SOON);

  await approve(await openPopup(notes.getByRole("button", { name: "Try again" })));
  await waitForState("Notes", "ready");
});

test("a person who gives up is offered the sign-in again", async () => {
  const { notes, signIn, openPopup, waitForState } = await askedToSignIn();
  await openPopup(signIn);
  await notes.getByRole("button", { name: "Cancel" }).click();
  await notes.getByText("Sign-in needed").waitFor(SOON);
  await approve(await openPopup(signIn));
  await waitForState("Notes", "ready");
});

test("P12 a provider that cuts the window off from its opener changes nothing for the person", async () => {
  await demo.control("auth", "coop/on");
  try {
    const { signIn, openPopup, waitForState } = await askedToSignIn();
    await approve(await openPopup(signIn));
    await waitForState("Notes", "ready");
  } finally {
    await demo.control("auth", "coop/off");
  }
});

test("a sign-in that was open while everything was restarted can still be finished", async () => {
  const { signIn, openPopup, waitForState } = await askedToSignIn();
  const popup = await openPopup(signIn);
  await demo.restart();
  await approve(popup);
  // The tab that was open all the time finds back by itself.
  await waitForState("Notes", "ready");
});

test("another tab can take the sign-in over", async () => {
  const { signIn, openPopup, waitForState } = await askedToSignIn();
  const other = await openDashboard(context, demo.url);
  await openPopup(signIn);
  const takeOver = other.card("Notes").getByRole("button", { name: "Take over" });
  await takeOver.waitFor(SOON);
  await approve(await other.openPopup(takeOver));
  await waitForState("Notes", "ready");
  await other.waitForState("Notes", "ready");
});

test("an address that may not be reached is refused in the dialog; one that is no MCP server becomes a card that says so", async () => {
  const { page, card } = await openDashboard(context, demo.url);
  await page.getByRole("button", { name: "Add server" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("tab", { name: "By address" }).click();
  const address = dialog.getByRole("textbox", { name: "Server address" });
  await address.fill("mcp.example.com");
  await dialog.getByRole("button", { name: "Add server" }).click();
  await dialog.getByText("This is not a complete http or https address.").waitFor();
  await address.fill("http://localhost:1/mcp");
  await dialog.getByRole("button", { name: "Add server" }).click();
  await dialog.getByText("Your agent is not allowed to reach that address.").waitFor(SOON);

  await address.fill(`${demo.origin("auth")}/jwks`);
  await dialog.getByRole("textbox", { name: "Name" }).fill("Wrong door");
  await dialog.getByRole("button", { name: "Add server" }).click();
  await card("Wrong door").locator("xpath=self::*[@data-state='failed']").waitFor(SOON);
  await card("Wrong door").getByRole("button", { name: "Retry" }).waitFor();
});

test("a lost line to the agent is shown, and so is its return", async () => {
  let refuse = false;
  let cut = () => {};
  await context.routeWebSocket(/\/agents\//, (socket) => {
    if (refuse) return void socket.close({ code: 1012 });
    socket.connectToServer();
    cut = () => void socket.close({ code: 1012 });
  });
  const { page } = await openDashboard(context, demo.url);
  refuse = true;
  cut();
  await page.getByText("Connection to your agent lost. Trying again…").waitFor(SOON);
  refuse = false;
  await page.locator("[data-testid=line][data-status=live]").waitFor();
});
