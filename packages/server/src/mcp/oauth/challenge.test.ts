import { expect, test } from "vitest";
import { parseChallenges, parseScopes, readChallenge } from "./challenge.ts";

const META = "https://h/.well-known/oauth-protected-resource";

test.each([
  ["one challenge", `Bearer resource_metadata="${META}", scope="a b"`],
  ["another scheme before it", `Basic realm="x", Bearer resource_metadata="${META}", scope="a b"`],
  ["another scheme after it", `Bearer scope="a b", resource_metadata="${META}", Basic realm="x"`],
  ["a token68 before it", `Negotiate YWJjZA==, Bearer resource_metadata="${META}", scope="a b"`],
  ["a scheme without parameters before it", `Negotiate, Bearer resource_metadata="${META}", scope="a b"`],
  [
    "two header lines joined by the platform",
    `Digest nonce="q, r", realm="Bearer scope=z", Bearer resource_metadata="${META}", scope="a b"`,
  ],
  ["odd case and spaces", `bEaReR   Resource_Metadata = "${META}" ,, SCOPE="a b"`],
  ["no quotes", `Bearer resource_metadata=${META}, scope="a b"`],
  ["no comma", `Bearer resource_metadata="${META}" scope="a b"`],
  ["a DPoP challenge only", `DPoP algs="ES256", resource_metadata="${META}", scope="a b"`],
  ["Bearer wins over DPoP", `DPoP scope="c", Bearer resource_metadata="${META}", scope="a b"`],
])("the parameters are found: %s", (_name, header) => {
  expect(readChallenge(header)).toMatchObject({ resourceMetadata: META, scopes: ["a", "b"] });
});

test.each([
  ["inside a quoted text", `Bearer error_description="see resource_metadata=https://evil/ and scope=admin"`],
  [
    "inside a quoted text with escapes",
    `Bearer error_description="a \\" resource_metadata=\\"https://evil/\\", scope=admin"`,
  ],
  ["under a longer name", `Bearer x_resource_metadata="https://evil/", my-scope="admin"`],
  ["of another scheme", `Basic resource_metadata="https://evil/", scope="admin"`],
  ["before any scheme", `resource_metadata="https://evil/", scope="admin"`],
  ["after an unclosed quote", `Bearer realm="x, resource_metadata=https://evil/, scope=admin`],
  ["in a token68", `Bearer abc/scope=`],
  ["without any text", ""],
])("nothing is taken as a parameter that is not one: %s", (_name, header) => {
  expect(readChallenge(header)).toMatchObject({ resourceMetadata: null, scopes: null });
});

test("the first of repeated parameters counts", () => {
  expect(readChallenge(`Bearer scope="a", scope="admin"`).scopes).toEqual(["a"]);
});

test("escapes inside quotes are resolved", () => {
  expect(parseChallenges(`Bearer realm="a\\"b\\\\c"`)[0]?.params.get("realm")).toBe(`a"b\\c`);
});

test("a header of absurd length says nothing", () => {
  expect(readChallenge(`Bearer scope="${"a ".repeat(20_000)}"`)).toEqual({
    resourceMetadata: null,
    scopes: null,
    error: null,
  });
});

test("many challenges are read in the time of their length", () => {
  expect(parseChallenges("a b=c, ".repeat(2000)).length).toBe(2000);
});

test("scopes are tokens, each once, and not endlessly many", () => {
  expect(parseScopes('a  b\ta admin:* "quoted" back\\slash ü')).toEqual(["a", "b", "admin:*"]);
  expect(parseScopes("")).toBeNull();
  expect(parseScopes(Array.from({ length: 101 }, (_, index) => `s${index}`).join(" "))).toBeNull();
});
