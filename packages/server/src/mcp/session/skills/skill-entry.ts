// What a server says of a skill, held to the rules of the extension (SEP-2640) and of Agent Skills.
import type { Skill } from "@agents-internal/protocol";
import { isTooDeep } from "../../depth.ts";
import { isRecord } from "../../is-record.ts";
import { folderOf, nameOf, normal, pathIn } from "./skill-uri.ts";

const NAME = /^[\da-z]+(?:-[\da-z]+)*$/;
const DIGEST = /^sha256:[\da-f]{64}$/;
const MAX_NAME = 64;
/** Characters, not UTF-16 code units. */
const MAX_DESCRIPTION = 1024;
const MAX_COMPATIBILITY = 500;

/** `null`: it is none that may be used. */
export function readSkill(value: unknown): Skill | null {
  if (!isRecord(value) || typeof value.uri !== "string" || !isRecord(value.frontmatter)) return null;
  const { uri, frontmatter, resources } = value;
  const folder = folderOf(uri);
  if (folder === null || !isFrontMatter(frontmatter) || frontmatter.name !== nameOf(folder)) return null;
  if (resources !== "dynamic" && !(Array.isArray(resources) && areFiles(resources, folder, uri))) return null;
  return value as unknown as Skill;
}

/** Skills that can be used, and how many cannot. An address that is there twice is none. */
export function readSkills(values: readonly unknown[]): {
  readonly skills: readonly Skill[];
  readonly invalid: number;
} {
  const counts = new Map<string, number>();
  for (const value of values) {
    const uri = isRecord(value) && typeof value.uri === "string" ? value.uri : null;
    if (uri !== null) counts.set(normal(uri) ?? uri, (counts.get(normal(uri) ?? uri) ?? 0) + 1);
  }
  const skills = values
    .map(readSkill)
    .filter((skill): skill is Skill => skill !== null && counts.get(normal(skill.uri) ?? skill.uri) === 1);
  return { skills, invalid: values.length - skills.length };
}

function isFrontMatter(fields: Readonly<Record<string, unknown>>): boolean {
  const { name, description, compatibility, metadata } = fields;
  if (isTooDeep(fields) || typeof name !== "string" || name.length > MAX_NAME || !NAME.test(name)) return false;
  if (!isText(description, MAX_DESCRIPTION)) return false;
  if (compatibility !== undefined && !isText(compatibility, MAX_COMPATIBILITY)) return false;
  return (
    metadata === undefined || (isRecord(metadata) && Object.values(metadata).every((part) => typeof part === "string"))
  );
}

function isText(value: unknown, max: number): boolean {
  return typeof value === "string" && value !== "" && (value.length <= max || [...value].length <= max);
}

/** Each of them a file of the folder, once, and `SKILL.md` among them. */
function areFiles(files: readonly unknown[], folder: string, manifest: string): boolean {
  const paths = new Set<string>();
  for (const file of files) {
    if (!isRecord(file) || typeof file.uri !== "string" || typeof file.digest !== "string") return false;
    if (!DIGEST.test(file.digest) || !Number.isSafeInteger(file.size) || Number(file.size) < 0) return false;
    const path = pathIn(folder, file.uri);
    if (path === null || paths.has(path)) return false;
    paths.add(path);
  }
  return paths.has(pathIn(folder, manifest) ?? "");
}
