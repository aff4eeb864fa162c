import { expect, test } from "vitest";
import { aServer } from "../../gallery/fixtures.ts";
import type { MCPConnectionState, MCPServer } from "../../model.ts";
import { type ServerFacts, viewListening, viewServer } from "./server-view.ts";
import type { SignInStatus } from "./sign-in.ts";

const facts = (server: MCPServer, status: SignInStatus = "idle"): ServerFacts => ({
  server,
  signIn: { status },
  offer: { tools: 1, resources: 2, prompts: 0 },
  history: [],
});

test("every state has a label, and one that waits for a person has the one act that helps", () => {
  const acts: Readonly<Record<MCPConnectionState, string | null>> = {
    authenticating: "sign-in",
    connecting: null,
    connected: null,
    discovering: null,
    ready: "open",
    failed: "retry",
    "not-connected": "connect",
  };
  for (const state of Object.keys(acts) as MCPConnectionState[]) {
    const view = viewServer(facts(aServer(state)));
    expect(view.label).not.toBe("");
    expect(view.act).toBe(acts[state]);
  }
});

test("what a connected server offers is counted, and nothing is said of what it lacks", () => {
  expect(viewServer(facts(aServer("ready"))).sentence).toBe("1 tool · 2 resources");
});

test("the reason for a sign-in is told", () => {
  expect(viewServer(facts(aServer("authenticating", { auth_reason: "expired" }))).sentence).toBe(
    "Your access to Notes has expired.",
  );
  expect(viewServer(facts(aServer("authenticating", { auth_reason: "more-scope" }))).sentence).toContain(
    "more permission",
  );
});

test("what has become of the window is told instead of the reason", () => {
  const labels = (["waiting", "blocked", "maybe-closed", "elsewhere"] as const).map(
    (status) => viewServer(facts(aServer("authenticating"), status)).label,
  );
  expect(labels).toEqual(["Waiting for sign-in", "Pop-up blocked", "Sign-in not finished", "Waiting in another tab"]);
});

test("a declined consent is neither a fault nor a dead end", () => {
  const view = viewServer(facts(aServer("failed", { error_code: "authorization-denied" })));
  expect(view).toMatchObject({
    label: "Access declined",
    sentence: "You or Notes declined access.",
    act: "sign-in-again",
  });
});

test("an unreachable server is named by its host", () => {
  expect(viewServer(facts(aServer("failed", { error_code: "host-unreachable" }))).label).toBe(
    "Can't reach notes.example.com",
  );
});

test("a failure we have no words for is told in the agent's", () => {
  const view = viewServer(
    facts(aServer("failed", { error_code: "internal-error", error: "Something went wrong inside the agent." })),
  );
  expect(view).toMatchObject({ sentence: "Something went wrong inside the agent.", act: "retry" });
});

test("that a sign-in is kept is said only where there is one", () => {
  expect(viewServer(facts(aServer("not-connected", { signed_in: true }))).sentence).toContain("sign-in is kept");
  expect(viewServer(facts(aServer("not-connected"))).sentence).toBe("Not in use.");
});

test("whether changes are heard is said of a connected server alone", () => {
  expect(viewListening(aServer("ready"))).toBe("Heard as they happen");
  expect(viewListening(aServer("ready", { live: false }))).toBe("Looked up with the next use");
  expect(viewListening(aServer("connecting"))).toBeNull();
});
