import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { build } from "esbuild";
import { afterEach, expect, test } from "vitest";
import { originsOf } from "./origin.ts";

const folder = mkdtempSync(join(tmpdir(), "origin-"));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Bundles the files and says where the line of the bundle comes from that has `text` in it. */
async function originOf(text: string, files: Readonly<Record<string, string>>) {
  for (const [path, contents] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), contents);
  }
  const { outputFiles } = await build({
    entryPoints: [join(folder, "main.js")],
    outfile: join(folder, "bundle.js"),
    bundle: true,
    write: false,
    format: "esm",
    sourcemap: "external",
  });
  const [map = "", script = ""] = outputFiles.map((file) => file.text);
  const line = script.split("\n").findIndex((each) => each.includes(text));
  return originsOf(map, (source) => resolve(folder, source))(line, script.split("\n")[line]?.indexOf(text) ?? 0);
}

test("a module of a package that was bundled when it was built is known by what the build wrote before it", async () => {
  const built = [
    "// ../server/src/mcp/calls.ts",
    "export function call() { return 1; }",
    "// ../client/src/socket.ts",
    "export function open() { return 2; }",
  ];
  const files = {
    "main.js": `import { call, open } from "pack"; globalThis.all = [call, open];`,
    "node_modules/pack/index.js": built.join("\n"),
  };
  expect(await originOf("return 1", files)).toEqual({ packageName: "pack", module: "server/mcp/calls.ts" });
  expect(await originOf("return 2", files)).toEqual({ packageName: "pack", module: "client/socket.ts" });
});

test("a file of a package that was published as it is has its own name, and a scope is part of its package's", async () => {
  const files = {
    "main.js": `import { parse } from "@scope/pack/lib/parse.js"; globalThis.all = [parse];`,
    "node_modules/@scope/pack/lib/parse.js": "export function parse() { return 3; }",
  };
  expect(await originOf("return 3", files)).toEqual({ packageName: "@scope/pack", module: "lib/parse.js" });
});

test("the Worker itself is no package", async () => {
  const files = { "main.js": "globalThis.answer = () => 4;" };
  expect(await originOf("() => 4", files)).toEqual({ packageName: "bench", module: "main.js" });
});
