// A server's Agent Skills (SEP-2640): listed without reading, read only when verified.
import type { JsonObject, Skill, SkillFile, SkillResource } from "@agents-internal/protocol";
import { McpError } from "../../errors.ts";
import { isRecord } from "../../is-record.ts";
import type { RequestOptions, SessionFacts } from "../session.ts";
import { readSkillText, type SkillText } from "./front-matter.ts";
import { readSkill, readSkills } from "./skill-entry.ts";
import { folderOf, normal, pathIn, resolveIn } from "./skill-uri.ts";

const EXTENSION = "io.modelcontextprotocol/skills";
const MAX_PAGES = 64;
const MAX_SKILLS = 10_000;

export interface SkillReader {
  list(options?: RequestOptions): Promise<{ readonly skills: readonly Skill[]; readonly invalid: number }>;
  get(uri: string, options?: RequestOptions): Promise<Skill>;
  /** `file`: a path in the skill's folder, or one of its addresses; `undefined`: its `SKILL.md`. */
  read(skill: Skill, file: string | undefined, options?: RequestOptions): Promise<SkillFile>;
}

/** A file that is to be read, as the skill's entry has it. */
interface Target {
  readonly folder: string;
  readonly uri: string;
  readonly path: string;
  /** `null`: what it holds is made up each time. */
  readonly listed: SkillResource | null;
}

export function createSkillReader(
  { capabilities }: SessionFacts,
  request: (method: string, params: JsonObject, options?: RequestOptions) => Promise<unknown>,
): SkillReader {
  const isOffered = isRecord(capabilities.extensions) && capabilities.extensions[EXTENSION] !== undefined;

  return {
    async list(options) {
      if (!isOffered) return readSkills([]);
      const found: unknown[] = [];
      let cursor: string | null = null;
      for (let page = 0; page < MAX_PAGES; page += 1) {
        const result = await request("skills/list", cursor === null ? {} : { cursor }, options);
        if (!isRecord(result) || !Array.isArray(result.skills)) throw invalid("It lists no skills.");
        for (const skill of result.skills) found.push(skill);
        if (found.length > MAX_SKILLS)
          throw new McpError("response-too-large", { detail: "It lists too many skills." });
        const { nextCursor } = result;
        if (typeof nextCursor !== "string" || nextCursor === cursor) break;
        cursor = nextCursor;
      }
      return readSkills(found);
    },
    async get(uri, options) {
      if (!isOffered) throw notOffered();
      const result = await request("skills/get", { uri }, options);
      const skill = readSkill(isRecord(result) ? result.skill : null);
      if (skill === null || normal(skill.uri) !== normal(uri)) throw invalid("It is not that skill.");
      return skill;
    },
    async read(skill, file, options) {
      if (!isOffered) throw notOffered();
      // What was handed in is no entry of a skill.
      if (readSkill(skill) === null) throw new McpError("option-invalid", { detail: "skill" });
      const target = findTarget(skill, file ?? "SKILL.md");
      const result = await request("resources/read", { uri: target.uri }, options);
      return verified(skill, target, isRecord(result) ? result.contents : null);
    },
  };
}

/** Throws `content-unverified` for what is no file of the skill. */
function findTarget(skill: Skill, file: string): Target {
  const folder = folderOf(skill.uri) ?? "";
  const uri = resolveIn(folder, file);
  const path = uri === null ? null : pathIn(folder, uri);
  if (uri === null || path === null) throw unverified("unlisted");
  if (skill.resources === "dynamic") return { folder, uri, path, listed: null };
  const listed = skill.resources.find((resource) => pathIn(folder, resource.uri) === path);
  if (listed === undefined) throw unverified("unlisted");
  return { folder, uri: listed.uri, path, listed };
}

async function verified(skill: Skill, { folder, uri, path, listed }: Target, contents: unknown): Promise<SkillFile> {
  const content: unknown = (Array.isArray(contents) ? contents : []).find(
    (part) => isRecord(part) && typeof part.uri === "string" && pathIn(folder, part.uri) === path,
  );
  const { text: said, blob, mimeType } = isRecord(content) ? content : {};
  const bytes = typeof said === "string" ? Uint8Array.from(new TextEncoder().encode(said)) : decodeBlob(blob);
  if (listed !== null) {
    if (bytes.byteLength !== listed.size) throw unverified("size");
    if ((await digestOf(bytes)) !== listed.digest) throw unverified("digest");
  }
  const file = {
    uri,
    bytes,
    verified: listed !== null,
    ...(typeof mimeType === "string" && { mimeType }),
    ...(typeof said === "string" && { text: said }),
  };
  if (path !== pathIn(folder, skill.uri)) return file;
  const { text, body, frontmatter } = readManifest(typeof said === "string" ? said : bytes);
  if (!isSame(frontmatter, skill.frontmatter)) throw unverified("frontmatter");
  return { ...file, text, body };
}

function readManifest(content: string | Uint8Array): SkillText & { readonly text: string } {
  try {
    const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    const text = typeof content === "string" ? content : utf8.decode(content);
    return { text, ...readSkillText(text) };
  } catch (cause) {
    throw unverified("frontmatter", cause);
  }
}

function decodeBlob(blob: unknown): Uint8Array<ArrayBuffer> {
  try {
    if (typeof blob === "string") return Uint8Array.from(atob(blob), (char) => char.charCodeAt(0));
  } catch {
    // No base64.
  }
  throw invalid("It has no contents.");
}

async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `sha256:${Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** Values of JSON; the order of keys does not matter. */
function isSame(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((part, at) => isSame(part, b[at]));
  if (!isRecord(a) || !isRecord(b)) return a === b;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]));
}

function unverified(why: "unlisted" | "size" | "digest" | "frontmatter", cause?: unknown): McpError {
  return new McpError("content-unverified", { detail: `(${why})`, cause });
}

function invalid(detail: string): McpError {
  return new McpError("invalid-response", { detail });
}

function notOffered(): McpError {
  return new McpError("protocol-error", { detail: "It offers no skills." });
}
