// Installs the packed package in an empty project and compiles every sample of the documentation against it.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createConsumer, sampleFiles, typeCheck } from "./consumer.ts";

let project: string;

beforeAll(async () => {
  project = await createConsumer();
});

afterAll(() => {
  if (project) rmSync(project, { recursive: true, force: true });
});

test("the package asks for nothing of this repository and runs nothing when installed", () => {
  const manifest = JSON.parse(readFileSync(join(project, "node_modules/agents/package.json"), "utf8"));
  expect(manifest).not.toHaveProperty("devDependencies");
  expect(manifest).not.toHaveProperty("scripts");
  expect(JSON.stringify(manifest)).not.toMatch(/workspace:|catalog:|@agents-internal/);
});

test("every sample of a Worker type-checks, libraries included", async () => {
  expect(await typeCheck(project, "worker")).toBe("");
});

test("every sample of a page type-checks, libraries included", async () => {
  expect(await typeCheck(project, "web")).toBe("");
});

test("the tools fit the AI SDK's own types", async () => {
  expect(await typeCheck(project, "ai")).toBe("");
});

const ai = sampleFiles("ai", /\.[jt]s$/);
const worker = sampleFiles("worker", /\.[jt]s$/);
const web = sampleFiles("web", /\.[jt]sx$/);

test.each([...ai, ...worker, ...web])("%s finds everything it imports", async (file) => {
  const result = await build({
    absWorkingDir: project,
    entryPoints: [file],
    bundle: true,
    write: false,
    format: "esm",
    jsx: "automatic",
    logLevel: "silent",
    external: ["cloudflare:*", "node:*", "ai", "@ai-sdk/openai", "react", "react/jsx-runtime"],
  });
  expect(result.warnings).toEqual([]);
});
