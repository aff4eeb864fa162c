// Icons of a stranger that a page may show: pictures by https, or small ones inside the text. Everything else is left out.
import { isRecord } from "../is-record.ts";

const MAX_ICONS = 8;
const MAX_URL = 2048;
const MAX_DATA = 65_536;
/** SVG can hold scripts and addresses, so it is no picture here. */
const RASTER = /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]*$/;

/** The item itself where there is nothing to leave out. MCP: clients must reject icons of unsafe schemes. */
export function withSafeIcons<T>(item: T): T {
  if (!isRecord(item) || !("icons" in item)) return item;
  const { icons, ...rest } = item;
  const safe = Array.isArray(icons) ? icons.filter(isSafe).slice(0, MAX_ICONS) : [];
  if (Array.isArray(icons) && safe.length === icons.length) return item;
  return (safe.length > 0 ? { ...rest, icons: safe } : rest) as T;
}

function isSafe(icon: unknown): boolean {
  if (!isRecord(icon) || typeof icon.src !== "string") return false;
  const { src } = icon;
  if (src.startsWith("data:")) return src.length <= MAX_DATA && RASTER.test(src);
  if (src.length > MAX_URL || !URL.canParse(src)) return false;
  const { protocol, username, password } = new URL(src);
  return protocol === "https:" && username === "" && password === "";
}
