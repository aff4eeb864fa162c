// Which methods clients may call, and how to find one by the name a client sent.

export interface CallableMetadata {
  /** For whoever lists the methods. */
  readonly description?: string;
  /** The method gets a `StreamingResponse` as its first argument. */
  readonly streaming?: boolean;
}

/** Names, or names with what is said about each: for code that is written without decorators. */
export type CallableDeclaration = readonly string[] | Readonly<Record<string, CallableMetadata>>;

type Method = (...args: never[]) => unknown;

const decorated = new WeakMap<object, CallableMetadata>();

/**
 * Let clients call this method over their socket.
 *
 * A standard (TC39) decorator. Where decorators are not compiled, name the methods in the class instead:
 * `static callable = ["increment"]`.
 */
export function callable(metadata: CallableMetadata = {}) {
  return function markCallable<M extends Method>(method: M, _context: ClassMethodDecoratorContext): M {
    decorated.set(method, metadata);
    return method;
  };
}

/** A wrapper stands for the method it wraps. */
export function copyCallable(from: Method, to: Method): void {
  const metadata = decorated.get(from);
  if (metadata !== undefined) decorated.set(to, metadata);
}

export type CallableLookup =
  | { readonly kind: "callable"; readonly method: Method; readonly metadata: CallableMetadata }
  | { readonly kind: "not-callable" }
  | { readonly kind: "missing" };

/**
 * Find what a client may call by `name`, without running getters.
 *
 * Only methods that a class between the instance and `base` defines can be callable.
 */
export function findCallable(instance: object, base: object, name: string): CallableLookup {
  let ours = true;
  for (let holder: object | null = instance; holder !== null; holder = Object.getPrototypeOf(holder)) {
    if (holder === base) ours = false;
    const method: unknown = Object.getOwnPropertyDescriptor(holder, name)?.value;
    if (!isMethod(method)) continue;
    const metadata = ours && name !== "constructor" ? metadataOf(instance, base, name, method) : undefined;
    return metadata === undefined ? { kind: "not-callable" } : { kind: "callable", method, metadata };
  }
  return { kind: "missing" };
}

/** Every callable method of an instance's class. */
export function listCallable(instance: object, base: object): Map<string, CallableMetadata> {
  const found = new Map<string, CallableMetadata>();
  for (
    let holder: object | null = Object.getPrototypeOf(instance);
    holder !== null && holder !== base;
    holder = Object.getPrototypeOf(holder)
  ) {
    for (const name of Object.getOwnPropertyNames(holder)) {
      if (found.has(name)) continue;
      const lookup = findCallable(instance, base, name);
      if (lookup.kind === "callable") found.set(name, lookup.metadata);
    }
  }
  return found;
}

function metadataOf(instance: object, base: object, name: string, method: Method): CallableMetadata | undefined {
  return decorated.get(method) ?? declaredIn(instance, base, name);
}

/** What `static callable` of the nearest class says about a name. */
function declaredIn(instance: object, base: object, name: string): CallableMetadata | undefined {
  let holder: object | null = Object.getPrototypeOf(instance);
  for (; holder !== null && holder !== base; holder = Object.getPrototypeOf(holder)) {
    const owner: unknown = Object.getOwnPropertyDescriptor(holder, "constructor")?.value;
    if (!isMethod(owner) || !Object.hasOwn(owner, "callable")) continue;
    const { callable: declared } = owner as { readonly callable?: CallableDeclaration };
    if (isNames(declared)) {
      if (declared.includes(name)) return {};
    } else if (declared !== undefined && Object.hasOwn(declared, name)) {
      return declared[name];
    }
  }
  return undefined;
}

function isNames(declared: CallableDeclaration | undefined): declared is readonly string[] {
  return Array.isArray(declared);
}

function isMethod(value: unknown): value is Method {
  return typeof value === "function";
}
