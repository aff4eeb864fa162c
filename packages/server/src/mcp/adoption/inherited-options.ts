// The other package's options of a server, as far as they mean something here.
import type { JsonObject } from "@agents-internal/protocol";
import type { RetryOptions, TransportType } from "../options.ts";
import type { ServerSecrets } from "../servers/server-secrets.ts";
import { DEFAULT_OPTIONS, type StoredOptions } from "../storage/servers-table.ts";

export interface InheritedOptions {
  readonly stored: StoredOptions;
  readonly secrets: Pick<ServerSecrets, "headers" | "props">;
}

type Fields = Readonly<Record<string, unknown>>;

/** `null` when the text cannot be read. Its sessions are not gone on with, because their catalogue is not known. */
export function readInheritedOptions(text: string | null): InheritedOptions | null {
  const all = text === null || text === "" ? {} : parse(text);
  if (all === null) return null;
  const transport = fields(all["transport"]);
  const client = fields(all["client"]);
  const { capabilities, listMaxPages } = client;
  const binding = all["bindingName"];
  return {
    stored: {
      ...DEFAULT_OPTIONS,
      transport: readTransport(transport["type"]),
      client: {
        ...(isObject(capabilities) && { capabilities: capabilities as JsonObject }),
        ...(typeof listMaxPages === "number" && { listMaxPages }),
      },
      retry: readRetry(fields(all["retry"])),
      ...(typeof binding === "string" && { binding }),
    },
    secrets: {
      // `addMcpServer` stored headers as those of `requestInit`; both were sent.
      headers: [...readHeaders(fields(transport["requestInit"])["headers"]), ...readHeaders(transport["headers"])],
      props: isObject(all["props"]) ? (all["props"] as JsonObject) : null,
    },
  };
}

function readTransport(type: unknown): TransportType {
  return type === "sse" || type === "streamable-http" ? type : "auto";
}

function readRetry(retry: Fields): RetryOptions {
  const names = ["maxAttempts", "baseDelayMs", "maxDelayMs"] as const;
  const isCount = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value) && value >= 0;
  return Object.fromEntries(names.filter((name) => isCount(retry[name])).map((name) => [name, retry[name]]));
}

/** A record or pairs; a `Headers` object was lost when it was stored. */
function readHeaders(given: unknown): readonly (readonly [string, string])[] {
  if (!isObject(given) && !Array.isArray(given)) return [];
  try {
    return [...new Headers(given as Record<string, string>)];
  } catch {
    return [];
  }
}

function parse(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

const fields = (value: unknown): Fields => (isObject(value) ? value : {});

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
