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
  let rest = "";
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
      const out: StreamEvent[] = [];
      // Only the new part can hold a line end, but a CR at the end of the old one may be half of a CRLF.
      let from = rest.endsWith("\r") ? rest.length - 1 : rest.length;
      rest += text;
      if (!begun && rest.length > 0) {
        begun = true;
        if (rest.startsWith("\uFEFF")) rest = rest.slice(1);
        from = 0;
      }
      let lineStart = 0;
      for (let at = nextLineEnd(rest, from); at !== -1; at = nextLineEnd(rest, lineStart)) {
        if (rest[at] === "\r" && at === rest.length - 1) break;
        takeLine(rest.slice(lineStart, at), out);
        lineStart = rest[at] === "\r" && rest[at + 1] === "\n" ? at + 2 : at + 1;
      }
      rest = rest.slice(lineStart);
      return out;
    },
  };
}

function nextLineEnd(text: string, from: number): number {
  const lf = text.indexOf("\n", from);
  const cr = text.indexOf("\r", from);
  if (lf === -1 || cr === -1) return Math.max(lf, cr);
  return Math.min(lf, cr);
}
