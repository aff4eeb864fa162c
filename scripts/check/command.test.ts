import { expect, test } from "vitest";
import { runCommand } from "./command.ts";

test("a command's output and exit code are returned, also when it fails", async () => {
  const result = await runCommand(["node", "-e", "console.log('out'); console.error('err'); process.exit(3)"]);
  expect(result.exitCode).toBe(3);
  expect(result.output).toContain("out");
  expect(result.output).toContain("err");
});

test("a command that does not exist is a failure like any other", async () => {
  expect(await runCommand(["no-such-command-here"])).toMatchObject({ exitCode: 127 });
});

test.skipIf(process.platform === "win32")("a command that never ends is ended with its children", async () => {
  const child =
    "require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' })";
  const result = await runCommand(["node", "-e", `${child}; setInterval(() => {}, 1000)`], { timeoutMs: 300 });
  expect(result.exitCode).toBe(124);
});
