// What an operator may add to the address at the provider, and what not.
import { expect, test } from "vitest";
import { createScene, UNAUTHORIZED } from "../../../test/node/oauth-scene.ts";
import { checkAuthorizationParameters } from "./authorization-parameters.ts";

test("they are in the address the browser is sent to, also of one that has them already", async () => {
  const scene = createScene({ oauth: { authorizationParameters: { access_type: "offline", hd: "a b&c" } } });
  scene.provider.metadata["authorization_endpoint"] = "https://as.example/authorize?access_type=online";
  const { location } = await scene.start(await scene.oauth.begin(scene.target, UNAUTHORIZED));
  const { searchParams } = new URL(location);
  expect(searchParams.getAll("access_type")).toEqual(["offline"]);
  expect(searchParams.get("hd")).toBe("a b&c");
});

test.each([
  ["state", "x"],
  ["redirect_uri", "https://elsewhere.example/"],
  ["Request_URI", "https://elsewhere.example/"],
  ["response_mode", "fragment"],
  ["resource", "https://elsewhere.example/"],
  ["a b", "x"],
  ["", "x"],
  ["long", "x".repeat(513)],
  ["number", 1],
])("the parameter %s is refused", (name, value) => {
  expect(() => checkAuthorizationParameters({ [name]: value })).toThrow(
    expect.objectContaining({ code: "option-invalid" }),
  );
});

test("there are no more than twenty", () => {
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_each, at) => [`p${at}`, ""]));
  expect(() => checkAuthorizationParameters(many(20))).not.toThrow();
  expect(() => checkAuthorizationParameters(many(21))).toThrow(expect.objectContaining({ code: "option-invalid" }));
});
