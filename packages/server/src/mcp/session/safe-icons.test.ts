import { expect, test } from "vitest";
import { withSafeIcons } from "./safe-icons.ts";

const PNG = "data:image/png;base64,iVBORw0KGgo=";

test.each([
  "javascript:alert(1)",
  "JavaScript:alert(1)",
  " javascript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "data:image/svg+xml;base64,PHN2Zz4=",
  "http://pictures.example/a.png",
  "https://user:word@pictures.example/a.png",
  "file:///etc/passwd",
  "/relative.png",
  `https://pictures.example/${"a".repeat(3000)}`,
  `data:image/png;base64,${"A".repeat(70_000)}`,
])("no page is told of %j", (src) => {
  expect(withSafeIcons({ name: "t", icons: [{ src }] })).toEqual({ name: "t" });
  expect(withSafeIcons({ name: "t", icons: [{ src: PNG }, { src }] })).toEqual({ name: "t", icons: [{ src: PNG }] });
});

test.each([[[null]], [7], ["x"], [[{}]], [[{ src: 7 }]]])("%j are no icons", (icons) => {
  expect(withSafeIcons({ name: "t", icons })).toEqual({ name: "t" });
});

test("an item without anything to leave out is the same object", () => {
  const items = [{ name: "t" }, { name: "t", icons: [{ src: "https://pictures.example/a.png" }, { src: PNG }] }];
  for (const item of items) expect(withSafeIcons(item)).toBe(item);
});
