import { decodeServerMessage, MCP_LIST_NAMES, type McpListName } from "@agents-internal/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { McpStore } from "../../../../client/src/mcp-store.ts";
import type { ConnectionState } from "../../../src/mcp/lifecycle/state.ts";
import { differs, encodeShown, type Shown, toShown } from "../../../src/mcp/publish/shown.ts";
import { type ServerView, toMcpState } from "../../../src/mcp/publish/snapshot.ts";
import { FUZZ_TIMEOUT, holds } from "./fuzz.ts";

interface Described {
  readonly id: string;
  readonly name: string;
  readonly state: ConnectionState;
  readonly unheard: boolean;
  readonly items: Readonly<Record<McpListName, readonly { readonly name: string; readonly uri: string }[]>>;
}
interface Moment {
  readonly servers: readonly Described[];
  readonly vault: "keyed" | "unkeyed";
  /** The host slept since: what was shown before is known from rows alone. */
  readonly slept: boolean;
}

const words = fc.constantFrom("a", "b", "10", "2", "__proto__", "constructor", "");
const items = fc.array(fc.record({ name: words, uri: words }), { maxLength: 3 });
const described: fc.Arbitrary<Described> = fc.record({
  id: words,
  name: words,
  state: fc.constantFrom<ConnectionState>(
    { kind: "ready", catalogueVersion: 1, live: true },
    { kind: "connecting", attempt: 1, goal: "discover", signIns: 0 },
    { kind: "registered" },
  ),
  unheard: fc.boolean(),
  items: fc.record({ tools: items, prompts: items, resources: items, resourceTemplates: items }),
});
const moments: fc.Arbitrary<readonly Moment[]> = fc.array(
  fc.record({
    servers: fc.uniqueArray(described, { maxLength: 4, selector: ({ id }) => id }),
    vault: fc.constantFrom("keyed" as const, "unkeyed" as const),
    slept: fc.boolean(),
  }),
  { maxLength: 6 },
);

/** Stored with the lists: another one where they are others. */
const edition = (lists: Described["items"]): string => JSON.stringify(lists);

const viewOf = ({ id, name, state, unheard, items: lists }: Described): ServerView => ({
  id,
  name,
  url: "https://mcp.example/mcp",
  account: null,
  callbackUrl: null,
  signedIn: false,
  state,
  facts: null,
  flow: null,
  exceptions: [],
  unheard,
  catalogue: lists as unknown as ServerView["catalogue"],
  listText: (kind) => JSON.stringify(lists[kind]),
  edition: edition(lists),
  reports: {},
  toolChanges: [],
  toolPolicies: new Map(),
});
const show = ({ servers, vault }: Moment): Shown => toShown(servers.map(viewOf), vault);

function apply(store: McpStore, frame: string): boolean {
  const decoded = decodeServerMessage(frame);
  if (decoded.kind !== "message" || decoded.message.type !== "cf_agent_mcp_patch") throw new Error(frame);
  return store.patch(decoded.message);
}

test(
  "whoever takes patches ends where whoever takes full frames does, whatever comes, goes, changes or sleeps",
  { timeout: FUZZ_TIMEOUT },
  async () => {
    await holds(moments, (sequence) => {
      const patched = new McpStore();
      let told = toShown([], "keyed");
      apply(patched, encodeShown(told));
      let before: Moment = { servers: [], vault: "keyed", slept: false };
      for (const moment of sequence) {
        if (moment.slept) told = show(before);
        const now = show(moment);
        if (told.version !== now.version) expect(apply(patched, encodeShown(now, told))).toBe(true);
        told = now;
        before = moment;
        const full = new McpStore();
        full.replace(toMcpState(moment.servers.map(viewOf), moment.vault));
        const [ours, theirs] = [patched.getSnapshot(), full.getSnapshot()];
        expect(ours).toEqual(theirs);
        // Equality does not look at the order of servers; whoever lists them does.
        expect(Object.keys(ours.servers)).toEqual(Object.keys(theirs.servers));
      }
      expect(Object.keys(Object.prototype)).toEqual([]);
    });
  },
);

test("equal contents have one version, and others another", { timeout: FUZZ_TIMEOUT }, async () => {
  await holds(fc.tuple(moments, moments), ([some, others]) => {
    for (const one of some) {
      expect(show(one).version).toBe(show(one).version);
      for (const other of others) {
        if (differs(show(one), show(other))) expect(show(one).version).not.toBe(show(other).version);
      }
    }
  });
});

test("a change that only the frames of patches show is none for whoever takes full ones", () => {
  const server: Described = {
    id: "a",
    name: "A",
    state: { kind: "ready", catalogueVersion: 1, live: true },
    unheard: false,
    items: { tools: [], prompts: [], resources: [], resourceTemplates: [] },
  };
  const heard = show({ servers: [server], vault: "keyed", slept: false });
  const unheard = show({ servers: [{ ...server, unheard: true }], vault: "keyed", slept: false });
  expect(differs(heard, unheard)).toBe(false);
  expect(heard.version).not.toBe(unheard.version);
  expect(JSON.parse(encodeShown(unheard, heard))).toMatchObject({ servers: { a: { state: "ready", live: false } } });
  expect(JSON.stringify(unheard.toState())).toBe(JSON.stringify(heard.toState()));
  expect(MCP_LIST_NAMES.every((kind) => unheard.toState()[kind].length === 0)).toBe(true);
});
