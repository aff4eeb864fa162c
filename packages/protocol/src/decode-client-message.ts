// Reading what a client sent: input from strangers, checked by schema.
import * as v from "valibot";
import { type ClientMessage, clientMessageSchemas } from "./client-message.ts";
import { type Decoded, decode, type Frame, MAX_CLIENT_FRAME, type Reader } from "./decode.ts";

let readers: Readonly<Record<string, Reader<ClientMessage>>> | undefined;

function buildReaders(): Readonly<Record<string, Reader<ClientMessage>>> {
  return Object.fromEntries(Object.entries(clientMessageSchemas()).map(([type, schema]) => [type, reader(schema)]));
}

function reader(schema: v.GenericSchema<unknown, ClientMessage>): Reader<ClientMessage> {
  return (frame: Frame) => {
    const result = v.safeParse(schema, frame, { abortEarly: true });
    return result.success ? result.output : null;
  };
}

/** Read a frame that a client sent. */
export function decodeClientMessage(text: string): Decoded<ClientMessage> {
  return decode(text, (readers ??= buildReaders()), MAX_CLIENT_FRAME);
}
