import { expect, test } from "vitest";
import { ISSUER } from "../../../test/node/fake-provider.ts";
import { createScene, type Scene, type Started, UNAUTHORIZED } from "../../../test/node/oauth-scene.ts";

async function pending(scene: Scene = createScene()): Promise<Scene & Started & { readonly answer: string }> {
  const started = await scene.start(await scene.oauth.begin(scene.target, UNAUTHORIZED));
  return Object.assign(Object.create(scene) as Scene, { ...started, answer: scene.provider.consent(started.location) });
}

const changed = (url: string, change: (parameters: URLSearchParams) => void) => {
  const copy = new URL(url);
  change(copy.searchParams);
  return copy.href;
};

/** After a refusal the genuine answer must still be good. */
async function stillOpen({ oauth, back, answer, cookie }: Awaited<ReturnType<typeof pending>>) {
  expect(await oauth.acceptCallback(back(answer, cookie))).toMatchObject({ kind: "accepted" });
}

test.each(["state", "code", "iss"])("a repeated %s is refused and uses nothing up", async (name) => {
  const scene = await pending();
  const url = changed(scene.answer, (parameters) => parameters.append(name, "other"));
  expect(await scene.oauth.acceptCallback(scene.back(url, scene.cookie))).toMatchObject({
    kind: "refused",
    code: "callback-invalid",
  });
  await stillOpen(scene);
});

test.each([
  ["HEAD", { method: "HEAD" }],
  ["POST", { method: "POST" }],
  ["prefetch", { headers: { "sec-purpose": "prefetch" } }],
  ["prerender", { headers: { "sec-purpose": "prefetch;prerender" } }],
  ["an image", { headers: { "sec-fetch-dest": "image" } }],
  ["a frame", { headers: { "sec-fetch-dest": "iframe" } }],
  ["a script's fetch", { headers: { "sec-fetch-dest": "empty" } }],
])("%s is no answer and uses nothing up", async (_name, init) => {
  const scene = await pending();
  expect(await scene.oauth.acceptCallback(scene.back(scene.answer, scene.cookie, init))).toMatchObject({
    code: "callback-invalid",
  });
  await stillOpen(scene);
});

test("an invented state is refused without a word about any server", async () => {
  const scene = await pending();
  const url = changed(scene.answer, (parameters) => parameters.set("state", "invented"));
  const verdict = await scene.oauth.acceptCallback(scene.back(url, scene.cookie));
  expect(verdict).toMatchObject({ kind: "refused", code: "flow-unknown" });
  expect(verdict).not.toHaveProperty("serverId", expect.anything());
  await stillOpen(scene);
});

test("another browser is refused, and the flow stays open", async () => {
  const scene = await pending();
  for (const cookie of [
    null,
    "agents-mcp-id2=x",
    scene.cookie.replace(/=.*/, "=forged"),
    `${scene.cookie}; ${scene.cookie}`,
  ]) {
    expect(await scene.oauth.acceptCallback(scene.back(scene.answer, cookie))).toMatchObject({
      code: "browser-mismatch",
      serverId: "srv",
    });
  }
  await stillOpen(scene);
});

test("an answer is used once", async () => {
  const scene = await pending();
  await stillOpen(scene);
  expect(await scene.oauth.acceptCallback(scene.back(scene.answer, scene.cookie))).toMatchObject({
    kind: "refused",
    code: "flow-unknown",
  });
});

test("of two simultaneous answers one is taken", async () => {
  const scene = await pending();
  const answers = await Promise.all(
    [1, 2].map(() => scene.oauth.acceptCallback(scene.back(scene.answer, scene.cookie))),
  );
  expect(answers.map(({ kind }) => kind).sort()).toEqual(["accepted", "refused"]);
});

test("after ten minutes the answer is too late, and its verifier is gone", async () => {
  const scene = await pending();
  scene.ports.advance(601_000);
  expect(await scene.oauth.acceptCallback(scene.back(scene.answer, scene.cookie))).toMatchObject({
    code: "authorization-expired",
    serverId: "srv",
  });
  expect(scene.ports.sql.all("SELECT * FROM agents_mcp_vault_secrets WHERE kind = 'verifier'")).toEqual([]);
  expect(scene.oauth.openFlow(scene.target)).not.toBeNull();
});

test.each([
  "https://evil.example",
  `${ISSUER}/`,
  "https://AS.example",
  `${ISSUER}:443`,
  "https%3A%2F%2Fas.example",
  "",
])("an issuer that is not the very same string is refused: %j", async (issuer) => {
  const scene = await pending();
  const url = changed(scene.answer, (parameters) => parameters.set("iss", issuer));
  expect(await scene.oauth.acceptCallback(scene.back(url, scene.cookie))).toMatchObject({
    kind: "refused",
    code: "issuer-mismatch",
  });
  await stillOpen(scene);
});

test("a promised issuer that is missing is refused, an unpromised one may be missing but must fit", async () => {
  const strict = await pending();
  const without = (url: string) => changed(url, (parameters) => parameters.delete("iss"));
  expect(await strict.oauth.acceptCallback(strict.back(without(strict.answer), strict.cookie))).toMatchObject({
    code: "issuer-mismatch",
  });

  const scene = createScene();
  delete scene.provider.metadata["authorization_response_iss_parameter_supported"];
  const lenient = await pending(scene);
  const wrong = changed(lenient.answer, (parameters) => parameters.set("iss", "https://evil.example"));
  expect(await lenient.oauth.acceptCallback(lenient.back(wrong, lenient.cookie))).toMatchObject({
    code: "issuer-mismatch",
  });
  expect(await lenient.oauth.acceptCallback(lenient.back(without(lenient.answer), lenient.cookie))).toMatchObject({
    kind: "accepted",
  });
});

test("nothing an error says is looked at before the issuer is right", async () => {
  const scene = await pending();
  const url = changed(scene.answer, (parameters) => {
    parameters.delete("code");
    parameters.set("error", "access_denied");
    parameters.set("error_description", "<script>");
    parameters.set("iss", "https://evil.example");
  });
  const verdict = await scene.oauth.acceptCallback(scene.back(url, scene.cookie));
  expect(verdict).toMatchObject({ kind: "refused", code: "issuer-mismatch" });
  expect(JSON.stringify(verdict)).not.toContain("script");
  await stillOpen(scene);
});

test.each([
  ["access_denied", "authorization-denied"],
  ["server_error", "authorization-failed"],
])("a genuine %s is a no, once", async (error, code) => {
  const scene = await pending();
  const url = changed(scene.answer, (parameters) => {
    parameters.delete("code");
    parameters.set("error", error);
    parameters.set("error_description", `not\r\n today ‮${"x".repeat(5000)}`);
  });
  const verdict = await scene.oauth.acceptCallback(scene.back(url, scene.cookie));
  expect(verdict).toMatchObject({ kind: "denied", serverId: "srv", code });
  expect(verdict.kind === "denied" && verdict.detail.length).toBe(200);
  expect(JSON.stringify(verdict)).not.toMatch(/[\r\n\u202e]/);
  expect(await scene.oauth.acceptCallback(scene.back(url, scene.cookie))).toMatchObject({
    kind: "refused",
    code: "flow-unknown",
  });
});

test.each([
  ["no code", (parameters: URLSearchParams) => parameters.delete("code")],
  ["an empty code", (parameters: URLSearchParams) => parameters.set("code", "")],
  ["an endless code", (parameters: URLSearchParams) => parameters.set("code", "x".repeat(20_000))],
  ["a code and an error", (parameters: URLSearchParams) => parameters.set("error", "access_denied")],
  ["no state", (parameters: URLSearchParams) => parameters.delete("state")],
])("%s is refused and uses nothing up", async (_name, change) => {
  const scene = await pending();
  expect(await scene.oauth.acceptCallback(scene.back(changed(scene.answer, change), scene.cookie))).toMatchObject({
    code: "callback-invalid",
  });
  await stillOpen(scene);
});

test("an application with its own login has the last word", async () => {
  let allowed = false;
  const asked: unknown[] = [];
  const scene = await pending(
    createScene({ deps: { verifyCallbackUser: (_request, flow) => (asked.push(flow), allowed) } }),
  );
  expect(await scene.oauth.acceptCallback(scene.back(scene.answer, scene.cookie))).toMatchObject({
    code: "user-mismatch",
  });
  expect(asked).toEqual([{ flowId: scene.oauth.openFlow(scene.target)?.id, serverId: "srv" }]);
  allowed = true;
  await stillOpen(scene);
});

test("two tabs of one flow do not disturb each other until one has ended it", async () => {
  const scene = createScene();
  const flow = await scene.oauth.begin(scene.target, UNAUTHORIZED);
  const first = await scene.start(flow);
  const second = await scene.start(flow);
  const both = `${first.cookie}; ${second.cookie}`;
  expect(
    await scene.oauth.acceptCallback(scene.back(scene.provider.consent(first.location), second.cookie)),
  ).toMatchObject({ code: "browser-mismatch" });
  const verdict = await scene.oauth.acceptCallback(scene.back(scene.provider.consent(second.location), both));
  (await scene.oauth.redeem(verdict.kind === "accepted" ? verdict.attemptId : "", scene.target)).commit();
  expect(await scene.oauth.acceptCallback(scene.back(scene.provider.consent(first.location), both))).toMatchObject({
    code: "flow-unknown",
  });
  expect(await scene.oauth.tokens(scene.target).current()).not.toBeNull();
});

test("an answer at another address than the one it was meant for is refused, even with the right state", async () => {
  const scene = await pending();
  const elsewhere = scene.answer.replace("/my-agent/", "/other-agent/");
  expect(await scene.oauth.acceptCallback(scene.back(elsewhere, scene.cookie))).toMatchObject({
    code: "callback-invalid",
    serverId: "srv",
  });
  await stillOpen(scene);
});
