// Names the developer may and may not use.
import { expect, test } from "vitest";
import { McpError } from "../errors.ts";
import { checkCustomHeaders } from "./custom-headers.ts";

test("every form a Headers constructor takes comes out as pairs", () => {
  const expected = [
    ["authorization", "Bearer x"],
    ["x-tenant", "1"],
  ];
  expect(checkCustomHeaders({ Authorization: "Bearer x", "X-Tenant": "1" })).toEqual(expected);
  expect(
    checkCustomHeaders([
      ["X-Tenant", "1"],
      ["Authorization", "Bearer x"],
    ]),
  ).toEqual(expected);
  expect(checkCustomHeaders(new Headers({ "x-tenant": "1", authorization: "Bearer x" }))).toEqual(expected);
});

test.each([
  "Host",
  "content-length",
  "Cookie",
  "Connection",
  "Transfer-Encoding",
  "Mcp-Session-Id",
  "MCP-Protocol-Version",
  "Mcp-Param-X",
  "Last-Event-ID",
  "Proxy-Authorization",
])("%s is refused", (name) => {
  expect(() => checkCustomHeaders({ [name]: "x" })).toThrow(McpError);
});

test("names and values HTTP does not allow are refused", () => {
  expect(() => checkCustomHeaders({ "x y": "1" })).toThrow(McpError);
  expect(() => checkCustomHeaders({ "x-y": "1\r\nEvil: 2" })).toThrow(McpError);
});
