import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ensureLocalSecret } from "./local-secret.ts";

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "secret-"));
  file = join(folder, ".dev.vars");
});

afterEach(() => rmSync(folder, { recursive: true }));

test("a secret of 32 bytes is made once and then left alone", () => {
  expect(ensureLocalSecret(file)).toBe(true);
  const first = readFileSync(file, "utf8");
  const [, key = ""] = /^AGENTS_VAULT_KEYS=local:(\S+)\n$/.exec(first) ?? [];
  expect(Buffer.from(key, "base64")).toHaveLength(32);

  expect(ensureLocalSecret(file)).toBe(false);
  expect(readFileSync(file, "utf8")).toBe(first);
});

test("what a person wrote beside it stays", () => {
  writeFileSync(file, "MINE=1");
  ensureLocalSecret(file);
  expect(readFileSync(file, "utf8")).toMatch(/^MINE=1\nAGENTS_VAULT_KEYS=local:/);
});

test.skipIf(process.platform === "win32")("nobody else on the machine can read it", () => {
  ensureLocalSecret(file);
  expect(statSync(file).mode & 0o077).toBe(0);
});
