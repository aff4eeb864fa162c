// Bounded, non-throwing parsing of text frames.
import * as v from "valibot";
import { type ClientMessage, clientMessageSchemas } from "./client-message.ts";
import { type ServerMessage, serverMessageSchemas } from "./server-message.ts";

/** Largest text frame an agent reads, in UTF-16 code units. */
export const MAX_CLIENT_FRAME = 1024 * 1024;
/** Largest text frame a client reads, in UTF-16 code units: a catalogue of many servers is large. */
export const MAX_SERVER_FRAME = 64 * 1024 * 1024;

/**
 * What a frame turned out to be.
 *
 * `foreign` is anything this protocol does not define (other JSON, plain text, newer message types): the
 * application's own `onMessage` gets it. `invalid` carries one of our names and does not fit its shape.
 */
export type Decoded<M> =
  | { readonly kind: "message"; readonly message: M }
  | { readonly kind: "foreign" }
  | { readonly kind: "invalid"; readonly type: string }
  | { readonly kind: "too-large" };

type Schemas = Readonly<Record<string, v.GenericSchema>>;

function decode<M>(text: string, schemas: Schemas, limit: number): Decoded<M> {
  if (text.length > limit) return { kind: "too-large" };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: "foreign" };
  }
  if (typeof value !== "object" || value === null || !("type" in value)) return { kind: "foreign" };
  const { type } = value;
  if (typeof type !== "string" || !Object.hasOwn(schemas, type)) return { kind: "foreign" };
  const schema = schemas[type];
  if (schema === undefined) return { kind: "foreign" };
  const result = v.safeParse(schema, value, { abortEarly: true });
  return result.success ? { kind: "message", message: result.output as M } : { kind: "invalid", type };
}

/** Read a frame that a client sent. */
export function decodeClientMessage(text: string): Decoded<ClientMessage> {
  return decode(text, clientMessageSchemas, MAX_CLIENT_FRAME);
}

/** Read a frame that an agent sent, ours or the reference's. */
export function decodeServerMessage(text: string): Decoded<ServerMessage> {
  return decode(text, serverMessageSchemas, MAX_SERVER_FRAME);
}
