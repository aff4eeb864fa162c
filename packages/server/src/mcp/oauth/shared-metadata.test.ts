import { expect, test } from "vitest";
import type { GuardedFetch } from "../guarded-fetch.ts";
import { shareMetadata } from "./shared-metadata.ts";

const PLACE = "https://as.example/.well-known/oauth-authorization-server";
const MINUTE = 60_000;

function setUp(answers: readonly (() => Response)[]) {
  let now = 0;
  const asked: string[] = [];
  const fetch: GuardedFetch = async (url) => {
    asked.push(url);
    return (answers[asked.length - 1] ?? (() => Response.json({ last: true })))();
  };
  const shared = shareMetadata(fetch, { now: () => now });
  const ask = async (url = PLACE, purpose: "as-metadata" | "prm" = "as-metadata") => {
    const response = await shared.fetch(url, { purpose, method: "GET", headers: {} });
    return `${response.status} ${await response.text()}`;
  };
  return { ask, asked, forget: shared.forget, pass: (ms: number) => void (now += ms) };
}

test("servers that are added together ask their authorization server once, and each gets an answer of its own", async () => {
  const { ask, asked } = setUp([() => Response.json({ issuer: "x" })]);
  expect(await Promise.all([ask(), ask(), ask()])).toEqual(Array.from({ length: 3 }, () => '200 {"issuer":"x"}'));
  expect(await ask()).toBe('200 {"issuer":"x"}');
  expect(asked).toHaveLength(1);
});

test("after ten minutes it is asked again", async () => {
  const { ask, asked, pass } = setUp([() => Response.json({ old: true }), () => Response.json({ mended: true })]);
  await ask();
  pass(10 * MINUTE - 1);
  expect(await ask()).toContain("old");
  pass(1);
  expect(await ask()).toContain("mended");
  expect(asked).toHaveLength(2);
});

test("what could not be signed in to is looked at again", async () => {
  const { ask, forget } = setUp([() => Response.json({ old: true }), () => Response.json({ mended: true })]);
  await ask();
  forget();
  expect(await ask()).toContain("mended");
});

test("trouble is nobody's answer but of whoever met it", async () => {
  const broken = (): Response => {
    throw new Error("unreachable");
  };
  const { ask } = setUp([broken, () => new Response("", { status: 503 }), () => Response.json({ well: true })]);
  await expect(ask()).rejects.toThrow("unreachable");
  expect(await ask()).toBe("503 ");
  expect(await ask()).toContain("well");
});

test("that there is no document is an answer; other purposes and places are other questions", async () => {
  const { ask, asked } = setUp([() => new Response("", { status: 404 })]);
  expect([await ask(), await ask()]).toEqual(["404 ", "404 "]);
  await ask(PLACE, "prm");
  await ask(PLACE, "prm");
  await ask(`${PLACE}/tenant`);
  expect(asked).toHaveLength(4);
});

test("who gives up leaves the answer to the others", async () => {
  let answer: (response: Response) => void = () => undefined;
  const slow = new Promise<Response>((resolve) => (answer = resolve));
  const { fetch } = shareMetadata(() => slow, { now: () => 0 });
  const wanted = new AbortController();
  const request = { purpose: "as-metadata", method: "GET", headers: {} } as const;
  const first = fetch(PLACE, { ...request, signal: wanted.signal });
  const second = fetch(PLACE, request);
  wanted.abort();
  await expect(first).rejects.toMatchObject({ code: "aborted" });
  answer(Response.json({ issuer: "x" }));
  expect(await (await second).json()).toEqual({ issuer: "x" });
});
