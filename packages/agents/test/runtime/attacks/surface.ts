// Against which package the attacks run. Another one has other words, pages and rows; what happens in the world is compared.
import { builtinModules } from "node:module";
import { join } from "node:path";
import { type Assertion, expect } from "vitest";

/** A folder with another `agents` installed, to attack that one. */
const REFERENCE = process.env["ATTACK_REFERENCE"];
export const isOurs = REFERENCE === undefined;

/** What the Worker imports instead of the package built here. */
export const alias: Readonly<Record<string, string>> =
  REFERENCE === undefined
    ? {}
    : {
        ...Object.fromEntries(builtinModules.map((name) => [name, `node:${name}`])),
        agents: join(REFERENCE, "node_modules/agents/dist/index.js"),
      };

const inert: unknown = new Proxy(() => undefined, {
  get: (_target, name) => (name === "then" ? undefined : inert),
  apply: () => inert,
});

/** `expect` for codes, sentences, pages and rows of ours. Asserts nothing of another package. */
export const words: (actual: unknown, message?: string) => Assertion = isOurs ? expect : () => inert as Assertion;

/** The case cannot exist where this is thrown: whoever is attacked lacks what it needs, or something before it did not work. */
export class NotOnThisSurface extends Error {}

/** For cases about what only this package has. */
export function onlyOurs(what: string): void {
  if (!isOurs) throw new NotOnThisSurface(what);
}

/** What `work` comes to, or "no answer" after `ms`: who waits for ever has to be found out. */
export function within<T>(ms: number, work: Promise<T>): Promise<T | "no answer"> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<"no answer">((resolve) => void (timer = setTimeout(resolve, ms, "no answer")));
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
