import { expect, test } from "vitest";
import type { SignOutReport } from "../model.ts";
import { caveatOf } from "./use-server-acts.ts";

test.each<[SignOutReport["refreshToken"], SignOutReport["accessToken"], RegExp | null]>([
  ["revoked", "revoked", null],
  ["none", "none", null],
  ["none", "revoked", null],
  ["revoked", "failed", /did not confirm/],
  ["failed", "not-offered", /did not confirm/],
  ["not-offered", "not-offered", /by itself, later/],
])("a sign-out whose parts are %s and %s is told as it is", (refreshToken, accessToken, told) => {
  const caveat = caveatOf({ refreshToken, accessToken });
  if (told === null) expect(caveat).toBeNull();
  else expect(caveat).toMatch(told);
});
