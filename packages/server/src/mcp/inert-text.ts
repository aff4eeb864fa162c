// Makes foreign text harmless wherever a page may paste it.

/** Look-alikes for every character that means something in HTML, in an attribute, or in a quoted script string. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  "<": "‹",
  ">": "›",
  "&": "＆",
  '"': "”",
  "'": "’",
  "`": "‘",
  "\\": "＼",
  // `${` opens an expression in a template string
  $: "＄",
};

const MAX_TEXT = 200;

/**
 * Line breaks, controls and characters that turn the reading direction around become spaces; the text is cut at 200 characters.
 *
 * For text that stays text (headers, logs, `textContent`); {@link inert} is for pages.
 */
export function cleanText(text: string): string {
  const flat = text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  const chars = [...flat];
  return chars.length > MAX_TEXT ? `${chars.slice(0, MAX_TEXT - 1).join("")}…` : flat;
}

/** Safe in HTML text, in quoted attributes and in quoted script strings, without knowing which it will be. */
export function inert(text: string): string {
  return cleanText(text).replace(/[<>&"'`\\$]/g, (char) => LOOK_ALIKES[char] ?? " ");
}

/** For our own pages, which know where they write: nothing is changed but what HTML needs. */
export function escapeHtml(text: string): string {
  return cleanText(text).replace(/[<>&"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
