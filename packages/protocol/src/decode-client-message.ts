// Reading what a client sent: input from strangers, checked by schema.
import * as v from "valibot";
import { type ClientMessage, clientMessageSchemas } from "./client-message.ts";
import { type Decoded, decode, type Frame, MAX_CLIENT_FRAME, type Reader } from "./decode.ts";

function reader(schema: v.GenericSchema<unknown, ClientMessage>): Reader<ClientMessage> {
  return (frame: Frame) => {
    const result = v.safeParse(schema, frame, { abortEarly: true });
    return result.success ? result.output : null;
  };
}

const readers: Readonly<Record<string, Reader<ClientMessage>>> = /* @__PURE__ */ Object.fromEntries(
  /* @__PURE__ */ Object.entries(clientMessageSchemas).map(([type, schema]) => [type, /* @__PURE__ */ reader(schema)]),
);

/** Read a frame that a client sent. */
export function decodeClientMessage(text: string): Decoded<ClientMessage> {
  return decode(text, readers, MAX_CLIENT_FRAME);
}
