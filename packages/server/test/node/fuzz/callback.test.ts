import fc from "fast-check";
import { expect, test } from "vitest";
import { createScene, UNAUTHORIZED } from "../oauth-scene.ts";
import { FUZZ_TIMEOUT, holds, textOf } from "./fuzz.ts";

/** What stands in the place of a value of the genuine answer. */
type Change = "kept" | "dropped" | "twice" | { readonly as: string };

const changes: fc.Arbitrary<Change> = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Change>("kept") },
  { weight: 1, arbitrary: fc.constantFrom<Change>("dropped", "twice") },
  { weight: 2, arbitrary: textOf("https://as.example", "/", "%", "&", "=", "\0", "a").map((as) => ({ as })) },
);
const mostly = (usual: string, ...others: readonly string[]) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
const requests = fc.record({
  state: changes,
  code: changes,
  iss: changes,
  cookie: changes,
  error: fc.option(textOf("access_denied", "<script>", "\n", "é"), { nil: null }),
  extra: fc.option(fc.tuple(fc.string(), fc.string()), { nil: null }),
  path: mostly("", "/", "/x", "%2e%2e"),
  method: mostly("GET", "HEAD", "POST"),
});

test(
  "no callback but the genuine one, in the browser that began, ends a sign-in",
  { timeout: FUZZ_TIMEOUT },
  async () => {
    const scene = createScene();
    let genuine = 0;
    let pending: Promise<{ readonly cookie: string; readonly answer: string }> | null = null;
    const begin = async () => {
      const started = await scene.start(await scene.oauth.begin(scene.target, UNAUTHORIZED));
      return { cookie: started.cookie, answer: scene.provider.consent(started.location) };
    };

    await holds(requests, async ({ state, code, iss, cookie, error, extra, path, method }) => {
      const flow = await (pending ??= begin());
      const url = new URL(flow.answer);
      url.pathname += path;
      for (const [name, change] of Object.entries({ state, code, iss })) {
        const value = url.searchParams.get(name) ?? "";
        if (change === "dropped") url.searchParams.delete(name);
        else if (change === "twice") url.searchParams.append(name, value);
        else if (change !== "kept") url.searchParams.set(name, change.as);
      }
      if (error !== null) url.searchParams.set("error", error);
      if (extra !== null) url.searchParams.append(...extra);
      const sent = sentCookie(flow.cookie, cookie);
      const verdict = await scene.oauth.acceptCallback(scene.back(url.href, sent, { method }));
      if (verdict.kind === "refused") return;
      pending = null;
      scene.oauth.dropFlow(verdict.flowId);
      const said = (name: string) => url.searchParams.getAll(name);
      const honest = new URL(flow.answer).searchParams;
      expect({ path, method, sent, state: said("state"), iss: said("iss") }).toEqual({
        path: "",
        method: "GET",
        sent: flow.cookie,
        state: honest.getAll("state"),
        iss: honest.getAll("iss"),
      });
      if (verdict.kind === "accepted") {
        expect(error).toBe(null);
        genuine += 1;
      }
    });
    expect(genuine).toBeGreaterThan(10);
  },
);

function sentCookie(genuine: string, change: Change): string | null {
  if (change === "kept") return genuine;
  if (change === "dropped") return null;
  if (change === "twice") return `${genuine}; ${genuine}`;
  return `${genuine.split("=")[0]}=${change.as.replaceAll(/[^\x21-\x7E]/g, "")}`;
}
