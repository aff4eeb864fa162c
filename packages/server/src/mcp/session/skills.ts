// A server's Agent Skills over a connected client: listed without reading, read only when verified.
import type { Skill, SkillFile } from "@agents-internal/protocol";
import type { Client, RequestOptions } from "@modelcontextprotocol/client";
import { McpError } from "../errors.ts";
import { fromSdkError } from "./sdk-errors.ts";

const EXTENSION = "io.modelcontextprotocol/skills";

export interface SkillReader {
  list(options: RequestOptions): Promise<{ readonly skills: readonly Skill[]; readonly invalid: number }>;
  get(uri: string, options: RequestOptions): Promise<Skill>;
  /** `file`: a path in the skill's folder, or one of its addresses; `undefined`: its `SKILL.md`. */
  read(skill: Skill, file: string | undefined, options: RequestOptions): Promise<SkillFile>;
}

export function createSkillReader(client: Client): SkillReader {
  const offered = (): boolean => client.getServerCapabilities()?.extensions?.[EXTENSION] !== undefined;
  // Loaded with the first use: few servers have skills.
  const load = async () => {
    const { SkillsClient, SkillVerificationError } = await import("@modelcontextprotocol/client/ext/skills");
    return { skills: new SkillsClient(client, { skipInvalid: true }), SkillVerificationError };
  };

  return {
    async list(options) {
      if (!offered()) return { skills: [], invalid: 0 };
      const { skills, invalid } = await (await load()).skills.list({}, options);
      return { skills: skills as readonly Skill[], invalid: invalid.length };
    },
    async get(uri, options) {
      if (!offered()) throw notOffered();
      const { skill } = await (await load()).skills.get(uri, options);
      return skill as Skill;
    },
    async read(skill, file, options) {
      if (!offered()) throw notOffered();
      const { skills, SkillVerificationError } = await load();
      try {
        const read = await skills.read(structuredClone(skill) as Parameters<typeof skills.read>[0], file, options);
        const { uri, mimeType, bytes, text, verified, body } = read;
        return {
          uri,
          bytes,
          verified,
          ...(mimeType !== undefined && { mimeType }),
          ...(text !== undefined && { text }),
          ...(body !== undefined && { body }),
        };
      } catch (error) {
        if (error instanceof SkillVerificationError) {
          throw new McpError("content-unverified", { detail: `(${error.reason})`, cause: error });
        }
        // What was handed in is no entry of a skill.
        if (error instanceof TypeError) throw new McpError("option-invalid", { detail: "skill", cause: error });
        throw fromSdkError(error, options.signal);
      }
    },
  };
}

function notOffered(): McpError {
  return new McpError("protocol-error", { detail: "It offers no skills." });
}
