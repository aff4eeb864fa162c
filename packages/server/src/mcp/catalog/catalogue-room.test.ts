import { expect, test } from "vitest";
import { createCatalogueRoom } from "./catalogue-room.ts";

test("what is stored and what is being read share one bound", () => {
  const room = createCatalogueRoom(100);
  room.setStored("a", 60);
  const reading = room.claim();
  expect(reading.take("b", 40)).toBe(true);
  expect(reading.take("b", 1)).toBe(false);
  expect(room.claim().take("c", 1)).toBe(false);
});

test("a list that is read again takes only what it is longer than before", () => {
  const room = createCatalogueRoom(100);
  room.setStored("a", 60);
  const reading = room.claim();
  expect(reading.take("a", 60)).toBe(true);
  expect(reading.take("a", 40)).toBe(true);
  expect(reading.take("a", 1)).toBe(false);
});

test("what was stored or given up is not counted twice", () => {
  const room = createCatalogueRoom(100);
  const reading = room.claim();
  expect(reading.take("a", 100)).toBe(true);
  room.setStored("a", 100);
  reading.release();
  reading.release();
  expect(room.claim().take("b", 1)).toBe(false);
  room.setStored("a", 0);
  const next = room.claim();
  expect(next.take("b", 100)).toBe(true);
  next.release();
  expect(room.claim().take("c", 100)).toBe(true);
});
