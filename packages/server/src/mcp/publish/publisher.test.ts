import { expect, test, vi } from "vitest";
import { createFakePorts } from "../../../test/node/fake-ports.ts";
import { createPublisher } from "./publisher.ts";
import { NOTHING_SHOWN } from "./shown.ts";

const nothing = () => NOTHING_SHOWN;
const turn = () => new Promise<void>((resolve) => queueMicrotask(resolve));

test("everything that changes in one turn is told once", async () => {
  const publisher = createPublisher(createFakePorts().log, nothing);
  const listener = vi.fn();
  publisher.subscribe(listener);
  publisher.touch();
  publisher.touch();
  expect(listener).not.toHaveBeenCalled();
  await turn();
  expect(listener).toHaveBeenCalledTimes(1);
  publisher.touch();
  await turn();
  expect(listener).toHaveBeenCalledTimes(2);
});

test("a listener that throws does not keep the others from hearing", async () => {
  const ports = createFakePorts();
  const publisher = createPublisher(ports.log, nothing);
  const listener = vi.fn();
  publisher.subscribe(() => {
    throw new Error("mine");
  });
  publisher.subscribe(listener);
  publisher.touch();
  await turn();
  expect(listener).toHaveBeenCalledTimes(1);
  expect(ports.lines).toEqual(["mcp-listener-failed {}"]);
});

test("a disposed listener hears nothing more", async () => {
  const publisher = createPublisher(createFakePorts().log, nothing);
  const listener = vi.fn();
  publisher.subscribe(listener).dispose();
  publisher.touch();
  await turn();
  expect(listener).not.toHaveBeenCalled();
});
