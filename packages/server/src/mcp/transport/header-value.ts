// Values of the 2026-07-28 routing headers, which mirror parts of a message (Streamable HTTP, "Value Encoding").

/** Plain when it is a safe field value, otherwise `=?base64?…?=` of its UTF-8 bytes. */
export function encodeHeaderValue(value: string): string {
  const isSafe = /^[\x20-\x7e\t]+$/.test(value) && value === value.trim() && !/^=\?base64\?.*\?=$/.test(value);
  if (isSafe) return value;
  const bytes = new TextEncoder().encode(value);
  return `=?base64?${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))}?=`;
}
