import { expect, test } from "vitest";
import { buildCallbackUrl, httpOrigin, isDefaultCallback } from "./callback-url.ts";

const ADDRESS = {
  host: "https://app.example",
  path: undefined,
  prefix: undefined,
  binding: "MyAgent",
  instance: "default",
};

test.each([
  [{}, "https://app.example/agents/my-agent/default/callback"],
  [{ host: "https://app.example/" }, "https://app.example/agents/my-agent/default/callback"],
  [{ host: "http://localhost:8787", prefix: "api/v1" }, "http://localhost:8787/api/v1/my-agent/default/callback"],
  [{ binding: "MY_AGENT", instance: "a b/ü" }, "https://app.example/agents/my-agent/a%20b%2F%C3%BC/callback"],
  [{ path: "/signed-in" }, "https://app.example/signed-in"],
  [{ host: "https://app.example/base/", path: "signed-in" }, "https://app.example/base/signed-in"],
])("%j makes %s", (change, url) => {
  expect(buildCallbackUrl({ ...ADDRESS, ...change })).toBe(url);
});

test.each([
  [{}, true],
  [{ prefix: "api/v1" }, true],
  [{ host: "https://app.example/base" }, true],
  [{ binding: "MY_AGENT", instance: "a b/ü'" }, true],
  [{ path: "/signed-in" }, false],
  [{ path: "/my-agent/other/callback" }, false],
])("whether what lies below the callback of %j is the agent's own: %s", (change, expected) => {
  const address = { ...ADDRESS, ...change };
  expect(isDefaultCallback(buildCallbackUrl(address) ?? "", address)).toBe(expected);
});

test("without a host there is no callback", () => {
  expect(buildCallbackUrl({ ...ADDRESS, host: null })).toBeNull();
});

test.each([
  { host: "app.example" },
  { host: "ftp://app.example" },
  { host: "" },
  { host: "https://app.example?x=1" },
  { host: "https://user:secret@app.example" },
  { path: "signed-in?x=1" },
  { path: "a#b" },
])("%j is refused", (change) => {
  expect(() => buildCallbackUrl({ ...ADDRESS, ...change })).toThrow(
    expect.objectContaining({ code: "option-invalid" }),
  );
});

test.each([
  ["https://app.example/x?token=1", "https://app.example"],
  ["wss://app.example:8443/x", "https://app.example:8443"],
  ["ws://localhost:1/x", "http://localhost:1"],
  ["rpc:thing", null],
  [undefined, null],
])("the origin of %s is %s", (address, origin) => {
  expect(httpOrigin(address)).toBe(origin);
});
