// Cuts long texts into parts that fit into a row of the database.

/** UTF-16 code units a row; a row may hold 2 MB, and a character is at most 3 bytes. */
const PART_SIZE = 500_000;

/** The parts of `text` in their order; none of an empty one. Never cuts between the two halves of a character. */
export function textParts(text: string): readonly string[] {
  const parts: string[] = [];
  for (let start = 0; start < text.length;) {
    const end = partEnd(text, start);
    parts.push(text.slice(start, end));
    start = end;
  }
  return parts;
}

/** Half of a character is not text that a database keeps. */
function partEnd(text: string, start: number): number {
  const end = start + PART_SIZE;
  const last = text.charCodeAt(end - 1);
  return last >= 0xd800 && last <= 0xdbff ? end - 1 : end;
}
