// Skills of a server of the modern era, which may lie about what its files hold.
import { createHash } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import type { Skill } from "@agents-internal/protocol";
import { serve } from "../../../../test/node/http-server.ts";
import { open, rejection } from "../../../../test/node/open-for-test.ts";

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const MANIFEST = "skill://pdf/SKILL.md";
const FORMS = "skill://pdf/references/FORMS.md";
const FRONTMATTER = { name: "pdf", description: "Fill in PDF files" };
const FILES: Readonly<Record<string, string>> = {
  [MANIFEST]: "---\nname: pdf\ndescription: Fill in PDF files\n---\n\nRead references/FORMS.md.\n",
  [FORMS]: "Forms have fields.\n",
};
const describe = (uri: string) => {
  const bytes = Buffer.from(FILES[uri] ?? "");
  return { uri, digest: `sha256:${createHash("sha256").update(bytes).digest("hex")}`, size: bytes.byteLength };
};
const SKILL: Skill = { uri: MANIFEST, frontmatter: FRONTMATTER, resources: [describe(MANIFEST), describe(FORMS)] };

/** `served` replaces files, `listed` the entries. */
async function library({ served = {}, listed = [SKILL], offered = true }: Partial<Library> = {}) {
  const read: string[] = [];
  const answers: Readonly<Record<string, (params: { readonly uri?: string }) => object>> = {
    "server/discover": () => ({
      supportedVersions: ["2026-07-28"],
      capabilities: { resources: {}, ...(offered && { extensions: { "io.modelcontextprotocol/skills": {} } }) },
      serverInfo: { name: "library", version: "1" },
    }),
    "skills/list": () => ({ skills: listed }),
    "skills/get": () => ({ skill: SKILL }),
    "resources/read": ({ uri = "" }) => {
      read.push(uri);
      return { contents: [{ uri, mimeType: "text/markdown", text: served[uri] ?? FILES[uri] }] };
    },
  };
  const server = await serve(async (_request, { body }) => {
    const { id, method, params } = JSON.parse(body) as { id: number; method: string; params: object };
    const result = answers[method]?.(params);
    if (result === undefined) return Response.json({ jsonrpc: "2.0", id, error: { code: -32_601, message: method } });
    const common = { resultType: "complete", ttlMs: 0, cacheScope: "private" };
    return Response.json({ jsonrpc: "2.0", id, result: { ...common, ...result } });
  });
  cleanups.push(server.close);
  const { session, lines } = await open(server.url);
  cleanups.push(() => session.close());
  return { session, lines, read };
}

interface Library {
  readonly served: Readonly<Record<string, string>>;
  readonly listed: readonly unknown[];
  readonly offered: boolean;
}

test("skills are listed with what they hold, and no file is read", async () => {
  const { session, read } = await library();
  expect(await session.listSkills()).toEqual([SKILL]);
  expect(await session.getSkill(MANIFEST)).toEqual(SKILL);
  expect(read).toEqual([]);
});

test("a file that is what its entry says is handed out", async () => {
  const { session } = await library();
  const manifest = await session.readSkillFile(SKILL);
  expect(manifest).toMatchObject({ uri: MANIFEST, verified: true, body: "\nRead references/FORMS.md.\n" });
  const forms = await session.readSkillFile(SKILL, "references/FORMS.md");
  expect(forms).toMatchObject({ uri: FORMS, verified: true, text: FILES[FORMS] });
  expect(Buffer.from(forms.bytes).toString()).toBe(FILES[FORMS]);
});

test.each([
  ["another content of the same length", "(digest)", FORMS, { [FORMS]: "Forms have FIELDS.\n" }],
  ["another length", "(size)", FORMS, { [FORMS]: "Forms have fields, and more.\n" }],
])("%s is refused", async (_what, detail, uri, served) => {
  const { session } = await library({ served });
  expect(await rejection(session.readSkillFile(SKILL, uri))).toMatchObject({ code: "content-unverified", detail });
});

test("a front matter that says something else than the entry is refused, also when its digest is right", async () => {
  const frontmatter = { ...FRONTMATTER, description: "Read the weather" };
  const { session } = await library();
  expect(await rejection(session.readSkillFile({ ...SKILL, frontmatter }))).toMatchObject({
    code: "content-unverified",
    detail: "(frontmatter)",
  });
});

test("a file that the entry does not list is not even asked for", async () => {
  const { session, read } = await library();
  expect(await rejection(session.readSkillFile(SKILL, "scripts/run.py"))).toMatchObject({
    code: "content-unverified",
    detail: "(unlisted)",
  });
  expect(read).toEqual([]);
});

test("one odd entry does not hide the others", async () => {
  const { session, lines } = await library({ listed: [{ uri: 7 }, SKILL] });
  expect(await session.listSkills()).toEqual([SKILL]);
  expect(lines).toContain("mcp-items-unusable");
});

test("a server without skills has none", async () => {
  const { session } = await library({ offered: false });
  expect(await session.listSkills()).toEqual([]);
  expect(await rejection(session.readSkillFile(SKILL))).toMatchObject({ code: "protocol-error" });
});

test("what is no entry of a skill is refused before anything is sent", async () => {
  const { session, read } = await library();
  const broken = { ...SKILL, uri: "skill://other/SKILL.md" };
  expect(await rejection(session.readSkillFile(broken))).toMatchObject({ code: "option-invalid" });
  expect(read).toEqual([]);
});
