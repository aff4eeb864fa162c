import { ERROR_CODES, type ErrorCode } from "@agents-internal/protocol";
import { expect, test } from "vitest";
import { isTransportNotImplemented, isUnauthorized, McpError } from "./errors.ts";

const codes = Object.keys(ERROR_CODES) as ErrorCode[];

test("a server that asks for a sign-in is told from every other failure, also where none could be begun", () => {
  expect(codes.filter((code) => isUnauthorized(new McpError(code)))).toEqual([
    "authorization-required",
    "authorization-server-not-found",
    "resource-metadata-missing",
    "client-id-required",
    "registration-refused",
    "callback-host-required",
    "token-rejected",
  ] satisfies ErrorCode[]);
});

test("a missing transport is a code of its own", () => {
  expect(codes.filter((code) => isTransportNotImplemented(new McpError(code)))).toEqual(["transport-not-implemented"]);
});

test.each([
  [{ status: 401 }, true, false],
  [{ code: 401 }, true, false],
  [{ code: 405 }, false, true],
  [{ status: 404 }, false, true],
  [{ status: 403 }, false, false],
  [new Error("401 Unauthorized"), false, false],
  [null, false, false],
])("errors of others are judged by their status, never by text: %o", (error, unauthorized, missing) => {
  expect([isUnauthorized(error), isTransportNotImplemented(error)]).toEqual([unauthorized, missing]);
});
