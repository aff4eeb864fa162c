import { expect, test } from "vitest";
import {
  ERROR_CODES,
  isErrorCode,
  isInProgress,
  isPopupMessage,
  isTerminalCloseCode,
  MCPConnectionState,
  needsPerson,
} from "./index.ts";

test("every error code is kebab-case and has one sentence for a person", () => {
  for (const [code, { message }] of Object.entries(ERROR_CODES)) {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(message).toMatch(/^[A-Z][^<>{}]+$/);
  }
});

test("only codes of the table are codes", () => {
  expect(isErrorCode("timeout")).toBe(true);
  for (const value of ["toString", "__proto__", "", 404, null]) expect(isErrorCode(value)).toBe(false);
});

test("no state is both under way by itself and waiting for a person", () => {
  for (const state of Object.values(MCPConnectionState)) expect(isInProgress(state) && needsPerson(state)).toBe(false);
  expect(isInProgress("discovering")).toBe(true);
  expect(needsPerson("authenticating")).toBe(true);
});

test.each([
  [1000, false],
  [1001, false],
  [1006, false],
  [1008, true],
  [1011, false],
  [3999, false],
  [4000, true],
  [4404, true],
  [4999, true],
  [5000, false],
])("close code %d is terminal: %s", (code, terminal) => {
  expect(isTerminalCloseCode(code)).toBe(terminal);
});

test("a popup's message is known by its whole shape", () => {
  const message = { type: "agents:mcp-authorization", serverId: "s1", outcome: "completed" };
  expect(isPopupMessage(message)).toBe(true);
  for (const other of [
    null,
    "x",
    {},
    { ...message, type: "x" },
    { ...message, serverId: 1 },
    { ...message, outcome: "ok" },
  ]) {
    expect(isPopupMessage(other)).toBe(false);
  }
});
