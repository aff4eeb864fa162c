// Which tables of ours a statement names.

const TABLE = /\bagents_\w+/g;
/** Statements are written in code, so there are only so many, the same for all objects of an isolate. */
const found = new Map<string, readonly string[]>();
const MAX_FOUND = 1000;

/** Names in the order in which they first stand there. */
export function tablesNamed(query: string): readonly string[] {
  const known = found.get(query);
  if (known) return known;
  const tables = [...new Set(query.match(TABLE))];
  if (found.size >= MAX_FOUND) found.clear();
  found.set(query, tables);
  return tables;
}
