// Which addresses a sign-in window may be sent to.

const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * The address in its serialised form when it may be opened, else `null`: https, or http on loopback or on the page's own
 * origin; no user name, no other scheme. The text comes from an agent, which had it from strangers.
 */
export function toOpenableUrl(text: string, pageOrigin: string): string | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.username || url.password) return null;
  const allowed =
    url.protocol === "https:" ||
    (url.protocol === "http:" && (url.origin === pageOrigin || LOOPBACK_HOST.test(url.hostname)));
  return allowed ? url.href : null;
}
