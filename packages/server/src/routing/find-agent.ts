// Which Durable Object bindings of a Worker a URL may name.
import { camelCaseToKebabCase } from "@agents-internal/protocol";
import { isNamespace } from "../agent/identity.ts";

export interface RoutableAgent {
  /** As it stands in the Worker's configuration. */
  readonly binding: string;
  readonly namespace: DurableObjectNamespace;
}

const tables = new WeakMap<object, ReadonlyMap<string, RoutableAgent>>();

/**
 * The binding a path segment names: every Durable Object binding, or only those in `allowed`.
 *
 * `undefined` for everything else, also for names that every object has, such as `constructor`.
 */
export function findAgent(
  env: object,
  segment: string,
  allowed: readonly string[] | undefined,
): RoutableAgent | undefined {
  const found = tableOf(env).get(segment);
  if (found === undefined || allowed === undefined) return found;
  return allowed.some((name) => camelCaseToKebabCase(name) === segment) ? found : undefined;
}

/** True for `__proto__`, `constructor` and the like: never a misspelled binding, always somebody trying. */
export function isInheritedName(segment: string): boolean {
  return segment in Object.prototype;
}

function tableOf(env: object): ReadonlyMap<string, RoutableAgent> {
  let table = tables.get(env);
  if (table === undefined) {
    table = new Map(
      Object.entries(env).flatMap(([binding, namespace]) =>
        isNamespace(namespace) ? [[camelCaseToKebabCase(binding), { binding, namespace }] as const] : [],
      ),
    );
    tables.set(env, table);
  }
  return table;
}
