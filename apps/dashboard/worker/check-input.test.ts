import { expect, test } from "vitest";
import { checkAddServer, checkStrings, checkText, checkToolCall } from "./check-input.ts";

const refused = expect.objectContaining({ code: "option-invalid" });

test("what is right comes back, and nothing besides", () => {
  expect(checkAddServer({ name: "Notes", url: "https://x.example/mcp", more: 1 })).toEqual({
    name: "Notes",
    url: "https://x.example/mcp",
  });
  expect(checkAddServer({ name: "Notes", url: "u", headers: { Authorization: "Bearer x" } }).headers).toEqual({
    Authorization: "Bearer x",
  });
  expect(checkToolCall({ serverId: "s", name: "t", args: { a: [1] } })).toEqual({
    serverId: "s",
    name: "t",
    args: { a: [1] },
  });
});

test.each([
  undefined,
  null,
  "text",
  7,
  [],
  { name: "x" },
  { name: "", url: "u" },
  { name: "x", url: 1 },
  { name: "x", url: "u", headers: { a: 1 } },
])("%j is no server to add", (request) => {
  expect(() => checkAddServer(request)).toThrow(refused);
});

test("a text has an end", () => {
  expect(() => checkText("id", "x".repeat(10_000))).toThrow(refused);
});

test("arguments that are not texts by name are refused", () => {
  expect(() => checkStrings("args", ["x"])).toThrow(refused);
  expect(() => checkToolCall({ serverId: "s", name: "t", args: [] })).toThrow(refused);
});
