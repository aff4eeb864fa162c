// A window that opens, is blocked, is closed, or seems to be.
import { expect, test } from "vitest";
import { createFakeWindow } from "./fake-popup.ts";

test("a blocked window answers null and opens nothing", () => {
  const fake = createFakeWindow({ blocked: true });
  expect(fake.open("https://a.example/")).toBeNull();
  expect(fake.popups).toHaveLength(0);
});

test("a placeholder can be sent on, and a named window is used again", () => {
  const fake = createFakeWindow();
  const popup = fake.open("about:blank", "sign-in");
  if (popup) popup.location.href = "https://a.example/start";
  expect(fake.open("https://a.example/again", "sign-in")).toBe(popup);
  expect(popup?.visited).toEqual(["about:blank", "https://a.example/start", "https://a.example/again"]);
});

test("behind an opener policy a window seems closed although it is open", () => {
  const popup = createFakeWindow().open("https://a.example/");
  popup?.severOpener();
  popup?.close();
  expect([popup?.closed, popup?.reallyClosed]).toEqual([true, false]);
});

test("noopener opens a window but gives no handle", () => {
  const fake = createFakeWindow();
  expect(fake.open("https://a.example/", "_blank", "noopener")).toBeNull();
  expect(fake.popups).toHaveLength(1);
});
