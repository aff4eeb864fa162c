// Who an agent is: its class, its binding, and the frame that says so.
import { camelCaseToKebabCase, type IdentityMessage, MessageType } from "@agents-internal/protocol";

export interface Identity {
  readonly className: string;
  readonly instance: string;
}

export function identityMessage({ className, instance }: Identity, stateFollows: boolean): IdentityMessage {
  const message = { type: MessageType.CF_AGENT_IDENTITY, name: instance, agent: camelCaseToKebabCase(className) };
  return stateFollows ? { ...message, stateFollows } : message;
}

/**
 * Is this value of `env` a Durable Object namespace?
 *
 * Asked of prototypes only: a service binding claims to have every property, and calling one is a request.
 */
export function isNamespace(value: unknown): value is DurableObjectNamespace {
  if (typeof value !== "object") return false;
  for (let holder: object | null = value; holder !== null; holder = Object.getPrototypeOf(holder)) {
    if (Object.hasOwn(holder, "idFromName")) return true;
  }
  return false;
}

/**
 * The binding under which this object is reached, which is what its URLs are made of.
 *
 * Found by comparing ids; of several bindings for one class the one named like the class is taken. Falls back to
 * the class's name when the object is not bound in this Worker.
 */
export function findBindingName(env: object, { className, instance }: Identity, id: DurableObjectId): string {
  const same = Object.entries(env)
    .filter(([, value]) => isNamespace(value) && leadsTo(value, instance, id))
    .map(([name]) => name);
  const likeClass = camelCaseToKebabCase(className);
  return same.find((name) => camelCaseToKebabCase(name) === likeClass) ?? same[0] ?? className;
}

function leadsTo(namespace: DurableObjectNamespace, instance: string, id: DurableObjectId): boolean {
  try {
    const scoped =
      id.jurisdiction === undefined ? namespace : namespace.jurisdiction(id.jurisdiction as DurableObjectJurisdiction);
    return scoped.idFromName(instance).equals(id);
  } catch {
    // A namespace of another kind refuses; then it is not ours.
    return false;
  }
}
