// What a server publishes as Agent Skills (MCP extension `io.modelcontextprotocol/skills`, SEP-2640).
import type { JsonValue } from "./json.ts";

/** One file of a skill, and what its bytes have to be. */
export interface SkillResource {
  readonly uri: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

/** A skill is named by the server it comes from and its `uri` together; its name in the front matter is a label. */
export interface Skill {
  /** Its `SKILL.md`. */
  readonly uri: string;
  /** As the author wrote it. Untrusted text. */
  readonly frontmatter: {
    readonly name: string;
    readonly description: string;
    readonly [field: string]: JsonValue | undefined;
  };
  /** Every file, or `dynamic` when their content is made up each time and cannot be verified. */
  readonly resources: readonly SkillResource[] | "dynamic";
}

export interface SkillFile {
  readonly uri: string;
  readonly mimeType?: string;
  /** What the digest covers. */
  readonly bytes: Uint8Array;
  /** Where the server sent text, and always for `SKILL.md`. */
  readonly text?: string;
  /** `false` only for files of a `dynamic` skill. */
  readonly verified: boolean;
  /** `SKILL.md` only: what follows the front matter. */
  readonly body?: string;
}
