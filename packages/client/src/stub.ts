// A proxy on which every name is a remote method.

/** Names that engines, consoles and promises ask any object for; answering them would start calls nobody made. */
const NOT_REMOTE: ReadonlySet<string> = new Set([
  "then",
  "catch",
  "finally",
  "constructor",
  "prototype",
  "toJSON",
  "toString",
  "toLocaleString",
  "valueOf",
  "$$typeof",
  "@@iterator",
  "asymmetricMatch",
  "nodeType",
  "tagName",
]);

/**
 * Make `stub.method(...args)` mean `call("method", args)`.
 *
 * The same name always gives the same function, so that it can be a dependency of a React effect. Symbols and names
 * such as `then` or `toJSON` are undefined.
 */
export function createStubProxy<T extends object>(call: (method: string, args: unknown[]) => unknown): T {
  const methods = new Map<string, (...args: unknown[]) => unknown>();
  const get = (_target: T, key: string | symbol): unknown => {
    if (typeof key === "symbol" || NOT_REMOTE.has(key)) return undefined;
    let method = methods.get(key);
    if (!method) {
      method = (...args) => call(key, args);
      methods.set(key, method);
    }
    return method;
  };
  return new Proxy<T>({} as T, { get });
}
