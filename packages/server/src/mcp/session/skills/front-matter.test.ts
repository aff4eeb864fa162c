// The part of YAML that skills use is read as every YAML reader would; all else is refused.
import { expect, test } from "vitest";
import { readSkillText } from "./front-matter.ts";

const read = (yaml: string): unknown => readSkillText(`---\n${yaml}\n---\nbody`).frontmatter;

test.each<[string, unknown]>([
  ["", {}],
  ["name: pdf\ndescription: Fill in PDF files", { name: "pdf", description: "Fill in PDF files" }],
  ["a: 1\nb: -2.5e3\nc: 0x1F\nd: 0o17\ne: 1.", { a: 1, b: -2500, c: 31, d: 15, e: 1 }],
  [
    "a: true\nb: False\nc: null\nd: ~\ne:\nf: yes\ng: 1.2.3",
    { a: true, b: false, c: null, d: null, e: null, f: "yes", g: "1.2.3" },
  ],
  ["# all\na: b # some\nc: d#e\n\n  # further in\nf: 'x # y'", { a: "b", c: "d#e", f: "x # y" }],
  [`a: "q \\"x\\" \\u00e9\\n"\nb: 'it''s'\n"c d": 1\n'e': 2`, { a: 'q "x" é\n', b: "it's", "c d": 1, e: 2 }],
  ["url: https://a.example/x?y=1#z\ntime: 12:30", { url: "https://a.example/x?y=1#z", time: "12:30" }],
  [
    "metadata:\n  author: Ada\n  deep:\n    er: 1\nlast: x",
    { metadata: { author: "Ada", deep: { er: 1 } }, last: "x" },
  ],
  ["list:\n- a\n- b: 1\n  c: 2\n-\n  d\n- - e\n  - f\nx: y", { list: ["a", { b: 1, c: 2 }, "d", ["e", "f"]], x: "y" }],
  ["list:\n  - a\n  - [b, 'c', {d: 1, \"e\": [] }]\nflow: {}", { list: ["a", ["b", "c", { d: 1, e: [] }]], flow: {} }],
  [
    "tools: [Read, Bash(git:*), a b]\nurl: [https://a.example/]",
    { tools: ["Read", "Bash(git:*)", "a b"], url: ["https://a.example/"] },
  ],
  ["text: goes\n  on and\n\n  on\nnext: 1", { text: "goes on and\non", next: 1 }],
  ["text: |\n  one\n    two\n\n  three\nnext: 1", { text: "one\n  two\n\nthree\n", next: 1 }],
  ["text: >-\n  one\n  two\n\n  three\n    kept\n  four\n", { text: "one two\nthree\n  kept\nfour" }],
  ["text: |+\n  one\n\nnext: 1", { text: "one\n\n", next: 1 }],
  ["text: |+\n  one", { text: "one\n" }],
])("%j is %j", (yaml, value) => expect(read(yaml)).toEqual(value));

test("lines may end as on Windows, and the body is what follows", () => {
  expect(readSkillText("\uFEFF---\r\na: b\r\n---\r\n\r\nRead.\r\n")).toEqual({
    frontmatter: { a: "b" },
    body: "\nRead.\n",
  });
});

test.each([
  "a: 1\na: 2",
  "a: b: c",
  "a: &anchor b",
  "a: *alias",
  "a: !tag b",
  "a: @b",
  "? a\n: b",
  "a: .inf",
  "a: 1e999",
  "1: a",
  "__proto__: a",
  "{ __proto__: 1 }",
  "a: { __proto__: 1 }",
  "a: [1, 2",
  "a: [1]]",
  'a: "b"#c',
  'a: "open',
  'a: "\\q"',
  "a: |2\n  b",
  "\ta: b",
  "a:\n\tb: c",
  "a: b\n  c: d",
  "a: b # ends\n  c",
  "a: -\n  c",
  "- a",
  "just text",
  "a: 1\n b: 2",
  `a: ${"[".repeat(100)}${"]".repeat(100)}`,
  Array.from({ length: 100 }, (_, n) => `${" ".repeat(n)}a:`).join("\n"),
  `a: ${"x".repeat(70_000)}`,
])("%j is refused", (yaml) => expect(() => read(yaml)).toThrow());

test("a text without front matter is refused, and so is one whose front matter does not end", () => {
  for (const text of ["", "# Title", "---\na: b", "--- \na: b\n---\n"]) expect(() => readSkillText(text)).toThrow();
});

test("long lines of one sign take no time", () => {
  const begun = performance.now();
  for (const sign of [" ", "#", ":", "'", '"', "\\", "- ", "[", "\t", "a: "]) {
    try {
      read(`a: ${sign.repeat(20_000)}x\n${sign.repeat(10_000)}`);
    } catch {
      // Refused.
    }
  }
  expect(performance.now() - begun).toBeLessThan(2000);
});
