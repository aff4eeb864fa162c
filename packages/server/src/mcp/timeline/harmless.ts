// Takes out of texts and addresses what must not be passed on: people, keys, and whatever a page or a terminal would act upon.
import { inert } from "../inert-text.ts";

/** Within a text: the path of an address may name an agent, and so a person. */
const ADDRESS = /\b([a-z][a-z0-9+.-]{1,20}:\/\/)(?:[^\s/?#@]*@)?([^\s/?#"'<>()]+)[^\s"'<>()]*/gi;
const MAIL = /[^\s@<>"'(),;:]+@[^\s@<>"'(),;:]+\.[^\s@<>"'(),;:]+/g;
/** Too long and too mixed to be a word: a token, a key, an id. */
const OPAQUE = /[A-Za-z0-9_\-+/=~.%]{20,}/g;

/** For a line of the timeline; at most 200 characters. */
export function harmlessText(text: string): string {
  const bare = text
    // Longer than any line, so that the patterns never have much to look at.
    .slice(0, 2000)
    .replace(ADDRESS, "$1$2/…")
    .replace(MAIL, "…")
    .replace(OPAQUE, (run) => (isOpaque(run) ? "…" : run));
  return inert(bare);
}

/** Origin and path. Queries carry keys; so do the paths of some servers. */
export function harmlessUrl(url: string): string {
  if (!URL.canParse(url)) return "…";
  const { origin, protocol, pathname } = new URL(url);
  if (origin === "null") return `${protocol}…`;
  const path = pathname
    .split("/")
    .map((part) => (isOpaque(part) ? "…" : part))
    .join("/");
  const shown = `${origin}${path}`;
  return shown.length > 300 ? `${shown.slice(0, 299)}…` : shown;
}

/** Letters and digits mixed over a length that names do not have. */
function isOpaque(run: string): boolean {
  return run.length >= 16 && /[A-Za-z]/.test(run) && /\d/.test(run);
}
