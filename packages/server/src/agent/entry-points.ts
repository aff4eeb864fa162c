// Puts our code around the methods that the platform and partyserver call on an author's class.

type Method = (...args: never[]) => unknown;
type Around = (original: Method, args: readonly unknown[]) => unknown;

/**
 * Replace one hook of an instance by a wrapper around whatever the author wrote: a method, or a class field that
 * was assigned after the base constructor had run. A later assignment is wrapped as well.
 */
export function wrapHook(instance: object, name: string, around: Around): void {
  let original: unknown = Reflect.get(instance, name);
  const wrapper = (...args: unknown[]): unknown =>
    typeof original === "function" ? around(original as Method, args) : undefined;
  Object.defineProperty(instance, name, {
    configurable: true,
    enumerable: false,
    get: () => wrapper,
    set: (next: unknown) => void (original = next),
  });
}

const guarded = new WeakSet<object>();

/**
 * Put `around` before every method that classes between `proto` and `base` add. Once per class: remote calls look
 * methods up on the prototype, never on the instance. What `base` has too is a hook, and called by us.
 */
export function guardMethods(
  proto: object,
  base: object,
  around: (instance: object, method: Method, args: readonly unknown[]) => unknown,
  onWrap: (from: Method, to: Method) => void,
): void {
  for (let holder = proto; holder !== base && !guarded.has(holder); holder = Object.getPrototypeOf(holder)) {
    guarded.add(holder);
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(holder))) {
      const method: unknown = descriptor.value;
      if (typeof method !== "function" || name === "constructor" || name in base) continue;
      const original = method as Method;
      const wrapper = function (this: object, ...args: unknown[]): unknown {
        return around(this, original, args);
      };
      Object.defineProperty(wrapper, "name", { value: name, configurable: true });
      onWrap(original, wrapper);
      Object.defineProperty(holder, name, { ...descriptor, value: wrapper });
    }
  }
}
