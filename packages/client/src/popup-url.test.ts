import { expect, test } from "vitest";
import { toOpenableUrl } from "./popup-url.ts";

const ORIGIN = "http://app.test:8787";

test.each([
  ["https://a.example/x?y=1", "https://a.example/x?y=1"],
  ["HTTPS://A.example", "https://a.example/"],
  ["http://localhost:3000/cb", "http://localhost:3000/cb"],
  ["http://127.0.0.1/cb", "http://127.0.0.1/cb"],
  ["http://[::1]:9/cb", "http://[::1]:9/cb"],
  ["http://app.test:8787/cb", "http://app.test:8787/cb"],
])("%s may be opened", (text, url) => {
  expect(toOpenableUrl(text, ORIGIN)).toBe(url);
});

test.each([
  "http://app.test/other-port",
  "http://a.example",
  "http://localhost.evil.example",
  "http://127.0.0.1.evil.example",
  "https://user:pass@a.example",
  "javascript:alert(1)",
  " javascript:alert(1)",
  "java\nscript:alert(1)",
  "data:text/html,x",
  "blob:https://a.example/1",
  "vscode:extension",
  "//a.example",
  "callback?flow=1",
  "",
])("%j may not", (text) => {
  expect(toOpenableUrl(text, ORIGIN)).toBeNull();
});
