// Who used the time of a profile: packages, modules and functions, by themselves and with all they called.
import type { CallFrame, CpuProfile, ProfileNode } from "./cpu-profile.ts";
import type { Origin, OriginOf } from "./origin.ts";

export interface Summary {
  /** ms in which the isolate ran. */
  readonly busy: number;
  readonly packages: readonly Share[];
  readonly modules: readonly Share[];
  readonly functions: readonly Share[];
}

export interface Share {
  readonly name: string;
  /** ms of its own, and of what it called that has no place in the bundle (built-in functions, the platform's). */
  readonly self: number;
  /** ms with all that it called, each ms once however often it called itself. */
  readonly inclusive: number;
}

/** Names of V8 for what is not a function. */
const IDLE = "(idle)";
const NOBODYS = new Map([
  ["(garbage collector)", "garbage collection"],
  ["(program)", "the platform, outside JavaScript"],
]);

/** µs. Samples come about every 300 while a thread is in the isolate; a longer gap is time it was out of it, or had no CPU. */
const LONGEST = 600;

export function summaryOf(profiles: readonly CpuProfile[], originOf: OriginOf): Summary {
  const by = { packages: new Tally(), modules: new Tally(), functions: new Tally() };
  let busy = 0;
  for (const profile of profiles) {
    for (const { stack, ms } of stacksOf(profile)) {
      const named = stack.flatMap((frame) => namesOf(frame, originOf));
      const [running] = named;
      if (running === undefined) continue;
      busy += ms;
      by.packages.add(
        named.map(({ packageName }) => packageName),
        ms,
      );
      by.modules.add(
        named.map(({ module }) => module),
        ms,
      );
      by.functions.add(
        named.map(({ functionName }) => functionName),
        ms,
      );
    }
  }
  return { busy, packages: by.packages.shares(), modules: by.modules.shares(), functions: by.functions.shares() };
}

interface Names {
  readonly packageName: string;
  readonly module: string;
  readonly functionName: string;
}

/** None for what cannot be placed: its time is its caller's. */
function namesOf({ functionName, url, lineNumber, columnNumber }: CallFrame, originOf: OriginOf): readonly Names[] {
  const nobodys = NOBODYS.get(functionName);
  if (nobodys !== undefined) return [{ packageName: nobodys, module: nobodys, functionName: nobodys }];
  if (url === "" || url.startsWith("node-internal:") || lineNumber < 0) return [];
  const { packageName, module }: Origin = originOf(lineNumber, columnNumber);
  const place = `${packageName} ${module}`;
  return [{ packageName, module: place, functionName: `${functionName || "(anonymous)"}  ${place}` }];
}

interface Stack {
  /** What ran first, its callers after it. */
  readonly stack: readonly CallFrame[];
  readonly ms: number;
}

function stacksOf({ nodes, samples, timeDeltas }: CpuProfile): readonly Stack[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node] as const)));
  const spent = new Map<number, number>();
  samples.forEach((id, index) => {
    // A sample stands for the time until the next.
    spent.set(id, (spent.get(id) ?? 0) + Math.min(timeDeltas[index + 1] ?? 0, LONGEST) / 1000);
  });
  return [...spent].flatMap(([id, ms]) => {
    const stack: CallFrame[] = [];
    for (let node: ProfileNode | undefined = byId.get(id); node; node = parents.get(node.id))
      stack.push(node.callFrame);
    return stack[0]?.functionName === IDLE ? [] : [{ stack, ms }];
  });
}

class Tally {
  readonly #shares = new Map<string, { self: number; inclusive: number }>();

  /** `names`: what ran first, its callers after it. */
  add(names: readonly string[], ms: number): void {
    for (const name of new Set(names)) {
      const share = this.#shares.get(name) ?? { self: 0, inclusive: 0 };
      share.inclusive += ms;
      if (name === names[0]) share.self += ms;
      this.#shares.set(name, share);
    }
  }

  /** Those with most of their own first. */
  shares(): readonly Share[] {
    const shares = [...this.#shares].map(([name, share]) => ({ name, ...share }));
    return shares.toSorted((a, b) => b.self - a.self);
  }
}
