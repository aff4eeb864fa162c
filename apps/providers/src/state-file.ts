// A small JSON document on disk, so that a restart signs nobody out.
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

export interface StateFile {
  read(section: string): unknown;
  /** Keeps `value` (taken by reference; call again after changing it) and writes soon, at the latest on `flush`. */
  write(section: string, value: unknown): void;
  flush(): void;
}

/** Without a path nothing is written. A file that cannot be read is put aside as `*.broken`, and `onBroken` is told. */
export function openStateFile(path: string | undefined, onBroken: (aside: string) => void): StateFile {
  const sections = path === undefined ? {} : load(path, onBroken);
  let pending: NodeJS.Immediate | undefined;

  const flush = () => {
    if (pending === undefined || path === undefined) return;
    clearImmediate(pending);
    pending = undefined;
    save(path, sections);
  };
  return {
    read: (section) => sections[section],
    write(section, value) {
      sections[section] = value;
      pending ??= setImmediate(flush);
    },
    flush,
  };
}

function load(path: string, onBroken: (aside: string) => void): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return {};
  }
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
  } catch {
    // falls through: not JSON is as unusable as JSON of another shape
  }
  renameSync(path, `${path}.broken`);
  onBroken(`${path}.broken`);
  return {};
}

/** Whole or not at all; readable by its owner only, since demo tokens are in it. */
function save(path: string, sections: Record<string, unknown>): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.draft`;
  writeFileSync(draft, JSON.stringify(sections), { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, path);
}
