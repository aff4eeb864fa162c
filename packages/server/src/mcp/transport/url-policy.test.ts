// Which addresses pass, and which do not.
import { expect, test } from "vitest";
import { McpError } from "../errors.ts";
import { checkUrl } from "./url-policy.ts";

function verdict(url: string, allow: readonly string[] = []): string {
  try {
    return checkUrl(url, allow).href;
  } catch (error) {
    return error instanceof McpError ? error.code : "other";
  }
}

test.each(["https://mcp.example.com/mcp", "https://example.com:8443/x?y=z", "https://xn--bcher-kva.example/"])(
  "%s passes",
  (url) => {
    expect(verdict(url)).toBe(url);
  },
);

test.each([
  "http://example.com/",
  "https://127.0.0.1/",
  "https://2130706433/",
  "https://0x7f.1/",
  "https://0177.0.0.1/",
  "https://169.254.169.254/latest",
  "https://100.100.100.200/",
  "https://8.8.8.8/",
  "https://[::1]/",
  "https://[::ffff:10.0.0.1]/",
  "https://[64:ff9b::a00:1]/",
  "https://[2606:4700::1111]/",
  "https://localhost/",
  "https://LOCALHOST./",
  "https://a.localhost/",
  "https://printer.local/",
  "https://metadata.google.internal./",
  "https://nas.home.arpa/",
  "https://x.onion/",
  "https://x.test/",
  "https://x.invalid/",
  "https://intranet/",
  "https://intranet./",
  "https://example.com../",
  "https://metadata\u3002google\u3002internal/",
])("%s is blocked", (url) => {
  expect(verdict(url)).toBe("url-blocked");
});

test.each([
  "",
  "example.com",
  "ftp://example.com/",
  "file:///etc/passwd",
  "javascript:alert(1)",
  "https://u:p@example.com/",
  "https://u@example.com/",
  "https://1.2.3.4.5/",
  `https://example.com/${"a".repeat(9000)}`,
])("%.40s is not a valid address", (url) => {
  expect(verdict(url)).toBe("url-invalid");
});

test("the trailing dot of a host is dropped", () => {
  expect(verdict("https://example.com./mcp")).toBe("https://example.com/mcp");
});

test("a listed origin passes, also over http, and only that origin", () => {
  const allow = ["http://localhost:8787"];
  expect(verdict("http://localhost:8787/mcp", allow)).toBe("http://localhost:8787/mcp");
  expect(verdict("http://localhost:8788/mcp", allow)).toBe("url-blocked");
  expect(verdict("https://localhost:8787/mcp", allow)).toBe("url-blocked");
  expect(verdict("http://u@localhost:8787/mcp", allow)).toBe("url-invalid");
});

test("a port of * admits every port of that host and scheme", () => {
  const allow = ["http://localhost:*"];
  expect(verdict("http://localhost/mcp", allow)).toBe("http://localhost/mcp");
  expect(verdict("http://localhost:9/mcp", allow)).toBe("http://localhost:9/mcp");
  expect(verdict("http://a.localhost:9/mcp", allow)).toBe("url-blocked");
  expect(verdict("https://localhost:9/mcp", allow)).toBe("url-blocked");
});

test("the error says how to allow the host", () => {
  expect(() => checkUrl("http://localhost:9/mcp", [])).toThrow(
    /"http:\/\/localhost:9".*allowOrigins.*AGENTS_ALLOW_ORIGINS/,
  );
});
