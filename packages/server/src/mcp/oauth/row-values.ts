// Scopes and provider facts as they stand in SQL columns.
import type { SqlValue } from "../../sql/database.ts";
import type { AuthorizationServer } from "./authorization-server.ts";
import { parseObject } from "./metadata-document.ts";

export function writeScopes(scopes: readonly string[] | null): string | null {
  return scopes === null ? null : scopes.join(" ");
}

export function readScopes(value: SqlValue | undefined): readonly string[] | null {
  return typeof value !== "string" ? null : value.split(" ").filter(Boolean);
}

/** A list of texts written by {@link JSON.stringify}; none where nothing was written. */
export function readTexts(value: SqlValue | undefined): readonly string[] {
  const list: unknown = typeof value === "string" ? JSON.parse(value) : [];
  return Array.isArray(list) ? list.map(String) : [];
}

/** Written by {@link JSON.stringify} from the same type; `null` when the row is not ours to read. */
export function readProvider(value: SqlValue | undefined): AuthorizationServer | null {
  const document = typeof value === "string" ? parseObject(value) : null;
  if (typeof document?.["issuer"] !== "string" || typeof document["tokenEndpoint"] !== "string") return null;
  return document as unknown as AuthorizationServer;
}
