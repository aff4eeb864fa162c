import { expect, test } from "vitest";
import { addressesIn, missingPlatforms, readLockfile } from "./lockfile.ts";

test("the lockfile of this repository serves every platform", () => {
  expect(missingPlatforms(readLockfile())).toEqual([]);
});

test("a platform that fell out of the lockfile is named", () => {
  const lockfile = readLockfile().replaceAll("@cloudflare/workerd-darwin-arm64@", "@cloudflare/workerd-other@");
  expect(missingPlatforms(lockfile)).toEqual(["@cloudflare/workerd-darwin-arm64"]);
});

test("an address of a registry is named", () => {
  expect(addressesIn("resolution: {tarball: https://registry.example/a.tgz}")).toEqual([
    "https://registry.example/a.tgz}",
  ]);
});
