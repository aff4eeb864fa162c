// Why it failed, as an app in workerd finds out: from rows that outlive the process, and without what must not be passed on.
import { createMockMcpServer } from "@agents-internal/testing";
import type { TimelineEntry } from "agents/mcp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { deskOf } from "./desk.ts";
import { ISSUER, type Scene, startScene, VAULT_KEYS } from "./scene.ts";

const NOTES = "https://notes.example";
/** A person, a key in an address, and a page that would run. */
const HOSTILE = `ada.lovelace@example.com may not, see https://as.example/u/ada?token=CANARY-in-url <img src=x onerror=alert(1)> CANARY7f3a9c51b2e8d04c6f`;

let scene: Scene;
beforeAll(async () => {
  scene = await startScene({
    worker: "fixtures/desk.js",
    classes: ["Desk"],
    hosts: (authorization) => ({ [NOTES]: createMockMcpServer({ url: `${NOTES}/mcp`, authorization }).handler }),
  });
});
afterAll(() => scene.dispose());

test("a refused sign-in is told step by step, after a restart too, and without the words of the provider that harm", async () => {
  const desk = deskOf(scene, "ada.lovelace");
  const { id, authUrl } = await desk.add("notes", `${NOTES}/mcp?key=CANARY-in-query`);
  const browser = scene.newBrowser();
  const page = await browser.open(authUrl);
  const asked = new URL(page.trail.find((url) => url.startsWith(`${ISSUER}/authorize`)) ?? "");
  const back = new URL(asked.searchParams.get("redirect_uri") ?? "");
  const answer = { state: asked.searchParams.get("state") ?? "", iss: ISSUER, error: "access_denied" };
  for (const [name, value] of Object.entries({ ...answer, error_description: HOSTILE }))
    back.searchParams.set(name, value);
  await browser.open(back.href, "cross-site");

  const entries = await desk.work<readonly TimelineEntry[]>("mcp.getTimeline", id);
  expect(entries.map(({ step }) => step)).toEqual([
    "added",
    "connecting",
    "unauthorized",
    "probe",
    "probe",
    "client-chosen",
    "sign-in-prepared",
    "sign-in-needed",
    "sign-in-opened",
    "callback-denied",
  ]);
  expect(entries.at(-1)).toMatchObject({ state: "failed", code: "authorization-denied", next: "ask-again" });

  const report = await desk.work<string>("mcp.report", id);
  await scene.runtime.restart({ AGENTS_VAULT_KEYS: VAULT_KEYS });
  expect(await desk.work("mcp.getTimeline", id)).toEqual(entries);
  expect(await desk.work("mcp.report", id)).toBe(report);
  expect(report).toContain("callback-denied");
  for (const text of [JSON.stringify(entries), report]) {
    expect(text).not.toMatch(/CANARY|lovelace|onerror=alert\(1\)>|\?key|\?token/);
  }
});

test("it goes with the server", async () => {
  const desk = deskOf(scene, "gone");
  const { id } = await desk.add("notes", `${NOTES}/mcp`);
  await desk.work("removeMcpServer", id);
  expect(await desk.failure("mcp.getTimeline", id)).toMatchObject({ code: "server-not-found" });
  expect(await desk.failure("mcp.report", id)).toMatchObject({ code: "server-not-found" });
});
