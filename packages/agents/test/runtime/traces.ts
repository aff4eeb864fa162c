// Every form in which a secret could lie in bytes that somebody reads.

/** `secret` in clear, as hex, URL-encoded, and as base64 and base64url wherever in a longer text it begins. */
export function tracesOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const encoded = [0, 1, 2].flatMap((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes]);
    // Characters that also carry bits of the neighbours say nothing.
    const first = Math.ceil((offset * 8) / 6);
    const last = Math.floor((shifted.length * 8) / 6);
    return (["base64", "base64url"] as const).map((form) => shifted.toString(form).slice(first, last));
  });
  const hex = bytes.toString("hex");
  return [...new Set([secret, hex, hex.toUpperCase(), encodeURIComponent(secret), ...encoded])];
}

/** The secrets of which `text` holds a trace, shortened. */
export function findTraces(text: string, secrets: Iterable<string>): readonly string[] {
  return [...secrets].filter((secret) => tracesOf(secret).some((trace) => text.includes(trace)));
}
