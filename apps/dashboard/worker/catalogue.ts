// Reads the catalogue that the deployment was given.
import type { CatalogueEntry } from "../shared/dashboard-api.ts";

/** Entries that are complete; what is not is left out, so that one slip does not empty the list. */
export function parseCatalogue(json: string | undefined): readonly CatalogueEntry[] {
  if (json === undefined || json === "") return [];
  const entries: unknown = parse(json);
  return Array.isArray(entries) ? entries.filter(isEntry) : [];
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return [];
  }
}

const FIELDS = [
  "id",
  "name",
  "description",
  "url",
  "transport",
  "auth",
  "era",
] as const satisfies readonly (keyof CatalogueEntry)[];

function isEntry(value: unknown): value is CatalogueEntry {
  if (typeof value !== "object" || value === null) return false;
  const entry: Partial<Record<keyof CatalogueEntry, unknown>> = value;
  return FIELDS.every((field) => typeof entry[field] === "string");
}
