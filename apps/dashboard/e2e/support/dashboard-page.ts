// The dashboard as a person uses it, in their words.
import type { BrowserContext, Locator, Page } from "playwright-core";
import { type Frames, watchFrames } from "./frames.ts";

export interface DashboardPage {
  readonly page: Page;
  /** What the agent has sent to this tab. */
  readonly frames: Frames;
  card(name: string): Locator;
  /** Resolves when the server's card shows the state. */
  waitForState(name: string, state: string): Promise<void>;
  addFromCatalogue(name: string): Promise<void>;
  /** Clicks the button and returns the window it opened, loaded. */
  openPopup(button: Locator): Promise<Page>;
  fromMenu(name: string, item: RegExp): Promise<void>;
  close(): Promise<void>;
}

/** "Within 5 s": how long a named state may take to show. */
export const SOON = { timeout: 5_000 };

export async function openDashboard(context: BrowserContext, url: string): Promise<DashboardPage> {
  const page = await context.newPage();
  const frames = watchFrames(page);
  await page.goto(url);
  await page.locator("[data-testid=line][data-status=live]").waitFor();
  const card = (name: string) => page.locator(`[data-testid=server-card][data-server-name="${name}"]`);
  return {
    page,
    frames,
    card,
    waitForState: (name, state) =>
      card(name)
        .and(page.locator(`[data-state=${state}]`))
        .waitFor(),
    async addFromCatalogue(name) {
      await page.getByRole("button", { name: "Add server" }).click();
      await page.getByRole("button", { name: `Connect ${name}` }).click();
      await card(name).waitFor();
    },
    async openPopup(button) {
      const [popup] = await Promise.all([page.waitForEvent("popup"), button.click()]);
      await popup.getByTestId("approve").waitFor();
      return popup;
    },
    async fromMenu(name, item) {
      await card(name)
        .getByRole("button", { name: `More for ${name}` })
        .click();
      await page.getByRole("menuitem", { name: item }).click();
    },
    close: () => page.close(),
  };
}

/** Says yes at the provider; resolves when the window has closed by itself. */
export async function approve(popup: Page): Promise<void> {
  const closed = popup.waitForEvent("close");
  await popup.getByTestId("approve").click();
  await closed;
}
