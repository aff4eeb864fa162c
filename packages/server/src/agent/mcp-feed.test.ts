// Clients of either kind end at what is shown, however their coming and the changes fall together.
import type { Connection } from "partyserver";
import { expect, test } from "vitest";
import { createSteppedClock } from "../../test/node/stepped-clock.ts";
import type { Shown } from "../mcp/publish/shown.ts";
import type { McpFrames } from "./connection.ts";
import { createMcpFeed } from "./mcp-feed.ts";

interface Frame {
  readonly from?: string;
  readonly to?: string;
  readonly mcp?: { readonly servers: { readonly s: string } };
}

function setup({ reads = () => undefined }: { readonly reads?: () => void } = {}) {
  const clock = createSteppedClock();
  let now = { contents: "ready", edition: 0 };
  const sockets: Connection[] = [];
  const shown = (): Shown => {
    reads();
    const { contents, edition } = now;
    const lists = { tools: "[]", prompts: "[]", resources: "[]", resourceTemplates: "[]" };
    return {
      servers: [
        { id: "s", entry: JSON.stringify({ name: contents }), unheard: false, lists, edition: String(edition) },
      ],
      vault: "keyed",
      version: `${contents}-${edition}`,
      toState: () => ({ servers: { s: contents } }) as unknown as ReturnType<Shown["toState"]>,
    };
  };
  const feed = createMcpFeed({
    log: { info: () => undefined, warn: () => undefined },
    connections: () => sockets,
    shown,
    now: clock.now,
    after: clock.after,
  });
  return {
    feed,
    become(contents: string, edition = 0) {
      now = { contents, edition };
      feed.changed();
    },
    connect(kind: McpFrames, greeted = true) {
      const frames: Frame[] = [];
      const attachment = { user: null, flags: { mcp: kind } };
      const socket = {
        readyState: 1,
        send: (frame: string) => void frames.push(JSON.parse(frame) as Frame),
        deserializeAttachment: () => attachment,
        serializeAttachment: () => undefined,
      } as unknown as Connection;
      if (greeted) socket.send(feed.greeting(kind));
      sockets.push(socket);
      return { socket, frames };
    },
    pass: clock.pass,
  };
}

test("a client of full frames that comes while one is due ends where the others do, also when all is as it was", () => {
  const { become, connect, pass } = setup();
  const early = connect("full");
  become("begun");
  become("ready");
  pass(250);
  become("discovering");
  const late = connect("full");
  become("ready");
  pass(5000);
  for (const { frames } of [early, late]) expect(frames.at(-1)?.mcp?.servers.s).toBe("ready");
});

test("a client that comes after a sleep costs those who stayed nothing", () => {
  let isAwake = false;
  const { feed, connect } = setup({
    reads() {
      // The first look at the rows is what tells the feed what clients have.
      const isFirst = !isAwake;
      isAwake = true;
      if (isFirst) feed.restored();
    },
  });
  const stayed = connect("patches", false);
  const came = connect("patches");
  expect(came.frames).toHaveLength(1);
  expect(stayed.frames).toEqual([]);
});

test("a list that changes and changes back before it is told leaves nobody behind", () => {
  const { become, connect, pass } = setup();
  const { frames } = connect("patches");
  become("one", 1);
  become("two", 2);
  become("one", 3);
  pass(1000);
  become("three", 4);
  pass(1000);
  const [greeting, ...patches] = frames;
  let held = greeting?.to;
  for (const { from, to } of patches) {
    expect(from).toBe(held);
    held = to;
  }
  expect(held).toBe("three-4");
});

test("a client that lost its place while nothing could be read is told with the next change", () => {
  let isBroken = false;
  const { feed, become, connect, pass } = setup({
    reads() {
      if (isBroken) throw new Error("no rows");
    },
  });
  const { socket, frames } = connect("patches");
  isBroken = true;
  feed.again(socket);
  isBroken = false;
  become("two");
  pass(1000);
  expect(frames.filter(({ from }) => from === undefined).map(({ to }) => to)).toEqual(["ready-0", "two-0"]);
});
