import { expect, test, vi } from "vitest";
import { createStubProxy } from "./stub.ts";

test("every name calls the method of that name", () => {
  const call = vi.fn(() => "answer");
  const stub = createStubProxy<{ add(a: number, b: number): string }>(call);
  expect(stub.add(1, 2)).toBe("answer");
  expect(call).toHaveBeenCalledExactlyOnceWith("add", [1, 2]);
});

test("the same name gives the same function", () => {
  const stub = createStubProxy<Record<string, () => unknown>>(vi.fn());
  expect(stub.refresh).toBe(stub.refresh);
});

test("awaiting, printing or comparing a stub calls nothing", async () => {
  const call = vi.fn();
  const stub = createStubProxy<Record<string | symbol, unknown>>(call);
  expect(await stub).toBe(stub);
  expect(JSON.stringify(stub)).toBe("{}");
  for (const name of ["then", "toJSON", "toString", "valueOf", Symbol.toPrimitive, Symbol.iterator])
    expect(stub[name]).toBeUndefined();
  expect(call).not.toHaveBeenCalled();
});
