import { expect, test } from "vitest";
import { launcherPids } from "./launchers.ts";

/** A process tree from our parent upwards. */
function tree(...commands: readonly string[]): (pid: number) => { parent: number; command: string } | undefined {
  const first = process.ppid;
  return (pid) => {
    const command = commands[pid - first];
    return command === undefined ? undefined : { parent: pid + 1, command };
  };
}

test("every package manager up to the terminal is a launcher, and the shells between them", () => {
  const look = tree(
    "sh -c node scripts/start.ts",
    "pnpm run demo",
    "npm exec pnpm run demo",
    "npm start",
    "-bash",
    "sshd",
  );
  expect(launcherPids(look)).toEqual([0, 1, 2, 3].map((up) => process.ppid + up));
});

test("what started the package manager is none", () => {
  expect(launcherPids(tree("npm start", "some-supervisor --run npm-things"))).toEqual([process.ppid]);
});

test("started from a shell there is nothing to watch", () => {
  expect(launcherPids(tree("-bash", "sshd"))).toEqual([]);
});
