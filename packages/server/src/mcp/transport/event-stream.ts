// Turns the text of a server-sent event stream into events, as the HTML standard says (section 9.2.6).

export interface StreamEvent {
  /** `message` when the server named none. */
  readonly event: string;
  /** "" when there was no data: only an id was set. */
  readonly data: string;
  /** The last id the server gave, on this event or before; `null` when none. */
  readonly id: string | null;
}

export interface EventStreamParser {
  /** Events completed by this piece of text, in order. */
  push(text: string): readonly StreamEvent[];
  /** ms, as the server last asked with `retry:`. */
  readonly retry: number | null;
}

export function createEventStreamParser(): EventStreamParser {
  // Pieces of a line that has no end yet: joined only then, so that one long line costs no more than its length.
  let pieces: string[] = [];
  let event = "";
  let data: string[] = [];
  let id: string | null = null;
  let idIsNew = false;
  let retry: number | null = null;
  let begun = false;

  const takeField = (line: string): void => {
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (name === "data") data.push(value);
    else if (name === "event") event = value;
    else if (name === "id" && !value.includes("\0")) {
      id = value === "" ? null : value;
      idIsNew = true;
    } else if (name === "retry" && /^\d+$/.test(value)) retry = Number(value);
  };

  const takeLine = (line: string, out: StreamEvent[]): void => {
    if (line !== "") return takeField(line);
    if (data.length > 0 || idIsNew) out.push({ event: event === "" ? "message" : event, data: data.join("\n"), id });
    event = "";
    data = [];
    idIsNew = false;
  };

  return {
    get retry() {
      return retry;
    },
    push(text) {
      if (text === "") return [];
      const endsLine = text.includes("\n") || text.includes("\r") || pieces.at(-1)?.endsWith("\r") === true;
      pieces.push(begun || !text.startsWith("\uFEFF") ? text : text.slice(1));
      begun = true;
      if (!endsLine) return [];
      const all = pieces.join("");
      const out: StreamEvent[] = [];
      let from = 0;
      for (const { 0: end, index } of all.matchAll(/\r\n?|\n/g)) {
        // A CR at the very end may be half of a CRLF.
        if (end === "\r" && index === all.length - 1) break;
        takeLine(all.slice(from, index), out);
        from = index + end.length;
      }
      pieces = from < all.length ? [all.slice(from)] : [];
      return out;
    },
  };
}
