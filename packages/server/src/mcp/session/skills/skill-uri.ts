// Addresses of skills and of their files. Servers write the same name in several ways: `Q&A.md`, `Q%26A.md`.

const MANIFEST = "/SKILL.md";

/** The folder of a skill, without a slash at the end; `null` where `uri` is no `SKILL.md` in a folder with a name. */
export function folderOf(uri: string): string | null {
  const whole = normal(uri);
  const folder = whole?.endsWith(MANIFEST) ? whole.slice(0, -MANIFEST.length) : "/";
  return folder.endsWith("/") ? null : folder;
}

/** The last part of a folder's address, decoded. */
export function nameOf(folder: string): string {
  const { pathname, host } = new URL(folder);
  return pathname === "" || pathname === "/" ? decoded(host) : decoded(pathname.slice(pathname.lastIndexOf("/") + 1));
}

/** The path of a file in `folder`, the same however it is written; `null` where it does not lie in it. */
export function pathIn(folder: string, uri: string): string | null {
  const whole = normal(uri);
  if (whole === null || /[?#]/.test(whole) || !whole.startsWith(`${folder}/`)) return null;
  const parts = whole
    .slice(folder.length + 1)
    .split("/")
    .map(decoded);
  return parts.every((part) => !/^\.{0,2}$|[/\0]/.test(part)) ? parts.join("/") : null;
}

/** A path in `folder`, or an address, as a whole address without what follows `#`; `null` where it is neither. */
export function resolveIn(folder: string, reference: string): string | null {
  if (!URL.canParse(reference, `${folder}/`)) return null;
  const url = new URL(reference, `${folder}/`);
  url.hash = "";
  return url.href;
}

export function normal(uri: string): string | null {
  return URL.canParse(uri) ? new URL(uri).href : null;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
