// No serious accessibility violation on any screen, in both colour schemes.
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "./support/browser.ts";
import { approve, openDashboard } from "./support/dashboard-page.ts";
import { type Demo, startDemoProcess } from "./support/demo.ts";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

let demo: Demo;
let browser: Browser;

beforeAll(async () => {
  [demo, browser] = await Promise.all([startDemoProcess(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await demo?.stop();
});

/** What axe finds, one line a violation; the screen's name makes a failure readable. */
async function violations(page: Page, screen: string): Promise<readonly string[]> {
  // A colour in the middle of a fade is nobody's colour.
  await page.evaluate(async () => {
    const finite = document
      .getAnimations()
      .filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(finite.map(({ finished }) => finished));
  });
  if (!(await page.evaluate(() => "axe" in window))) await page.addScriptTag({ path: AXE });
  const results = await page.evaluate(() =>
    (window as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run({
      resultTypes: ["violations"],
    }),
  );
  return results.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(
      ({ id, nodes }) =>
        `${screen}: ${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(" ")} (${failureSummary})`).join("; ")}`,
    );
}

describe.each(["light", "dark"] as const)("%s", (colorScheme) => {
  let context: BrowserContext;

  beforeAll(async () => {
    context = await browser.newContext({ colorScheme });
  });
  afterAll(() => context.close());

  test("the gallery, which shows every component in every state", async () => {
    const page = await context.newPage();
    await page.goto(`${demo.url}/gallery`);
    await page.getByRole("heading", { name: "Gallery" }).waitFor();
    expect(await violations(page, "gallery")).toEqual([]);
    await page.getByRole("button", { name: "Add a server" }).click();
    await page.getByRole("dialog").waitFor();
    expect(await violations(page, "add dialog")).toEqual([]);
    await page.getByRole("tab", { name: "By address" }).click();
    expect(await violations(page, "add dialog, by address")).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await page.getByRole("alertdialog").waitFor();
    expect(await violations(page, "remove dialog")).toEqual([]);
    await page.close();
  });

  test("the screens of a dashboard in use", async () => {
    const dashboard = await openDashboard(context, demo.url);
    const { page, card } = dashboard;
    const found = [...(await violations(page, "empty list"))];
    await dashboard.addFromCatalogue("Notes");
    await card("Notes").getByText("Sign-in needed").waitFor();
    found.push(...(await violations(page, "sign-in needed")));
    await approve(await dashboard.openPopup(card("Notes").getByRole("button", { name: "Sign in" })));
    await dashboard.waitForState("Notes", "ready");
    found.push(...(await violations(page, "list")));
    await card("Notes").getByRole("link", { name: "Notes", exact: true }).click();
    await page.getByRole("link", { name: /^List notes/ }).click();
    await page.getByRole("button", { name: "Run tool" }).click();
    await page.getByTestId("tool-result").waitFor();
    found.push(...(await violations(page, "tool with result")));
    for (const tab of ["Resources", "Prompts", "About"]) {
      await page.getByRole("tab", { name: tab }).click();
      found.push(...(await violations(page, tab)));
    }
    await page.getByRole("button", { name: "More for Notes" }).click();
    await page.getByRole("menu").waitFor();
    found.push(...(await violations(page, "menu")));
    expect(found).toEqual([]);
  });
});
