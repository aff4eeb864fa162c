import { expect, test } from "vitest";
import { checkServerId, checkServerName, normalizeServerId } from "./server-id.ts";

test.each([
  ["My Server", "my-server"],
  ["  --a__b--  ", "a__b"],
  ["9lives", "id-9lives"],
  ["", "id"],
  ["!!!", "id"],
  ["Ünï", "n"],
  ["x".repeat(80), "x".repeat(64)],
])("an id written as %j becomes %j", (given, expected) => {
  expect(normalizeServerId(given)).toBe(expected);
});

test("an id that is not a string is the caller's mistake", () => {
  expect(() => normalizeServerId(7 as unknown as string)).toThrow(TypeError);
});

test("ids and names that could not be shown or stored are refused with a code", () => {
  for (const id of ["", "a\nb", "x".repeat(129)])
    expect(() => checkServerId(id)).toThrow(expect.objectContaining({ code: "option-invalid" }));
  for (const name of ["", "n".repeat(10_000)])
    expect(() => checkServerName(name)).toThrow(expect.objectContaining({ code: "option-invalid" }));
});
