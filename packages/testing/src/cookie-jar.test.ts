// Cookies as a browser treats them.
import { expect, test } from "vitest";
import { createCookieJar } from "./cookie-jar.ts";

const setting = (...lines: readonly string[]) =>
  new Response(null, { headers: lines.map((line): [string, string] => ["set-cookie", line]) });
const GET = { crossSite: false, method: "GET" };

test("a cookie goes to its host and below its path only, whatever the port", () => {
  const jar = createCookieJar();
  jar.store("http://localhost:1/a/b", setting("x=1; Path=/a"));
  expect(jar.header("http://localhost:2/a/c", GET)).toBe("x=1");
  expect(jar.header("http://localhost:2/ab", GET)).toBeNull();
  expect(jar.header("http://127.0.0.1:1/a", GET)).toBeNull();
});

test("a Lax cookie comes along on a cross-site GET, a Strict one does not", () => {
  const jar = createCookieJar();
  jar.store("https://app.example/", setting("lax=1; SameSite=Lax", "strict=1; SameSite=Strict"));
  expect(jar.header("https://app.example/", { crossSite: true, method: "GET" })).toBe("lax=1");
  expect(jar.header("https://app.example/", { crossSite: true, method: "POST" })).toBeNull();
  expect(jar.header("https://app.example/", GET)).toBe("lax=1; strict=1");
});

test("a cookie ends with Max-Age 0, and a __Host- cookie that breaks its promise is not kept", () => {
  const jar = createCookieJar();
  jar.store("https://app.example/", setting("x=1", "__Host-y=1; Path=/a; Secure", "__Host-z=1; Path=/; Secure"));
  expect(jar.header("https://app.example/a", GET)).toBe("x=1; __Host-z=1");
  jar.store("https://app.example/", setting("x=1; Max-Age=0"));
  expect(jar.header("https://app.example/a", GET)).toBe("__Host-z=1");
});
