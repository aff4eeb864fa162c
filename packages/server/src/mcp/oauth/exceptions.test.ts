import { describe, expect, test } from "vitest";
import { createFakeProvider, ISSUER, json } from "../../../test/node/fake-provider.ts";
import type { OAuthExceptions } from "../options.ts";
import { mergeOptions } from "../servers/server-options.ts";
import { DEFAULT_OPTIONS } from "../storage/servers-table.ts";
import type { TimelineFacts } from "../timeline/recorder.ts";
import { type DiscoveryQuestion, discover } from "./discovery.ts";

const PRM = "https://mcp.example/.well-known/oauth-protected-resource";
const AS = `${ISSUER}/.well-known/oauth-authorization-server`;

function scene() {
  const provider = createFakeProvider();
  const probes: TimelineFacts[] = [];
  const find = (exceptions: OAuthExceptions = {}, changes: Partial<DiscoveryQuestion> = {}) =>
    discover(provider.fetch, {
      serverUrl: "https://mcp.example/mcp?key=CANARY-query",
      announced: null,
      preferred: [],
      configured: null,
      exceptions,
      note: (probe) => void probes.push(probe),
      ...changes,
    });
  return { ...provider, probes, find };
}

const rejection = (code: string) => expect.objectContaining({ code }) as unknown;

test("every place that was looked at is told, with its status and why it was not taken", async () => {
  const { find, probes, overrides, resourceMetadata } = scene();
  overrides.set(`${PRM}/mcp`, () => new Response("<!doctype html>", { status: 401 }));
  overrides.set(PRM, () => json({ ...resourceMetadata, resource: "https://mcp.example" }));
  overrides.set(AS, () => json({}, 404));
  overrides.set(`${ISSUER}/.well-known/openid-configuration`, () => json({ issuer: "https://other.example" }));
  await expect(find()).rejects.toMatchObject({ code: "issuer-not-identical" });
  expect(probes).toEqual([
    { step: "probe", url: `${PRM}/mcp`, status: 401, detail: "protected resource: no description" },
    { step: "probe", url: PRM, status: 200, detail: "protected resource: taken" },
    { step: "probe", url: AS, status: 404, detail: "authorization server: not there" },
    {
      step: "probe",
      url: `${ISSUER}/.well-known/openid-configuration`,
      status: 200,
      code: "issuer-not-identical",
      detail: "authorization server: not taken",
    },
  ]);
});

test.each([401, 403])(
  "a firewall before one place (%i) does not hide the next, and is never a reason to fall back",
  async (status) => {
    const { find, overrides, resourceMetadata, seen } = scene();
    overrides.set(`${PRM}/mcp`, () => new Response("no", { status }));
    await expect(find()).rejects.toMatchObject({ status });
    expect(seen.some(({ purpose }) => purpose === "as-metadata")).toBe(false);
    overrides.set(PRM, () => json(resourceMetadata));
    await expect(find()).resolves.toMatchObject({ provider: { issuer: ISSUER } });
  },
);

describe("an issuer alias", () => {
  const issuerAlias = { named: ISSUER, published: "https://login.example" };

  test("is a named failure until exactly this pair is granted, and is told when it is used", async () => {
    const { find, metadata } = scene();
    metadata["issuer"] = issuerAlias.published;
    await expect(find()).rejects.toMatchObject({
      code: "issuer-not-identical",
      detail: "(https://login.example instead of https://as.example)",
    });
    for (const wrong of [
      { named: "https://evil.example", published: issuerAlias.published },
      { named: ISSUER, published: "https://login.example/" },
    ]) {
      await expect(find({ issuerAlias: wrong })).rejects.toMatchObject({ code: "issuer-not-identical" });
    }
    const { provider } = await find({ issuerAlias });
    expect(provider).toMatchObject({ issuer: issuerAlias.published, exceptions: ["issuerAlias"] });
  });

  test("does not let another server pass for the one a client is registered with", async () => {
    const { find, resourceMetadata, overrides, metadata } = scene();
    const evil = "https://evil.example";
    resourceMetadata["authorization_servers"] = [evil];
    overrides.set(`${evil}/.well-known/oauth-authorization-server`, () =>
      json({ ...metadata, issuer: issuerAlias.published }),
    );
    const configured = { issuer: issuerAlias.published };
    await expect(find({ issuerAlias }, { configured })).rejects.toMatchObject({ code: "issuer-mismatch" });
    resourceMetadata["authorization_servers"] = [ISSUER];
    metadata["issuer"] = issuerAlias.published;
    await expect(find({ issuerAlias }, { configured })).resolves.toMatchObject({ provider: configured });
  });

  test("that is not needed is not used", async () => {
    const { provider } = await scene().find({ issuerAlias });
    expect(provider).not.toHaveProperty("exceptions");
  });
});

describe("a prefix as resource", () => {
  test.each(["https://mcp.example", "https://mcp.example/"])(
    "is a named failure until exactly this one is granted: %s",
    async (resource) => {
      const { find, resourceMetadata } = scene();
      resourceMetadata["resource"] = resource;
      await expect(find()).rejects.toMatchObject({ code: "resource-prefix", detail: `(${resource})` });
      await expect(find({ prefixResource: "https://mcp.example/other" })).rejects.toMatchObject({
        code: "resource-prefix",
      });
      expect(await find({ prefixResource: resource })).toMatchObject({
        resource,
        provider: { exceptions: ["prefixResource"] },
      });
    },
  );

  test.each([
    "https://evil.example/",
    "https://mcp.example/mc",
    "https://mcp.example/mcp/deeper",
    "https://u@mcp.example/",
  ])("is never one that is not at the beginning of the address: %s", async (resource) => {
    const { find, resourceMetadata } = scene();
    resourceMetadata["resource"] = resource;
    await expect(find({ prefixResource: resource })).rejects.toMatchObject({ code: "resource-mismatch" });
  });
});

describe("PKCE that is not advertised", () => {
  test.each([undefined, null])("is a named failure until it is granted: %s", async (methods) => {
    const { find, metadata } = scene();
    metadata["code_challenge_methods_supported"] = methods;
    await expect(find()).rejects.toMatchObject({ code: "pkce-unadvertised" });
    expect((await find({ unadvertisedPkce: true })).provider.exceptions).toEqual(["unadvertisedPkce"]);
  });

  test.each([[["plain"]], [[]], ["S256"]])("is not PKCE that is refused: %j", async (methods) => {
    const { find, metadata } = scene();
    metadata["code_challenge_methods_supported"] = methods;
    await expect(find({ unadvertisedPkce: true })).rejects.toMatchObject({ code: "pkce-unsupported" });
  });
});

describe("a server that publishes nothing", () => {
  const noResourceMetadata = { issuer: ISSUER };

  test("and has no server of its own is a named failure for a configured client until its issuer is granted", async () => {
    const { find, overrides, seen } = scene();
    overrides.set(`${PRM}/mcp`, () => json({}, 404));
    await expect(find({}, { configured: {} })).rejects.toEqual(rejection("resource-metadata-missing"));
    expect(await find({ noResourceMetadata }, { configured: {} })).toMatchObject({
      resource: "https://mcp.example/mcp",
      provider: { issuer: ISSUER, exceptions: ["noResourceMetadata"] },
    });
    expect(seen.some(({ url }) => url.startsWith("https://mcp.example/.well-known/oauth-auth"))).toBe(false);
  });

  test.each([401, 403, 200])("but a page (%i) is excepted as well", async (status) => {
    const { find, overrides } = scene();
    for (const place of [PRM, `${PRM}/mcp`]) overrides.set(place, () => new Response("<html>", { status }));
    expect((await find({ noResourceMetadata })).provider.exceptions).toEqual(["noResourceMetadata"]);
  });

  test("is not one that publishes what it is, nor one in trouble", async () => {
    const { find, overrides, resourceMetadata } = scene();
    const elsewhere = { noResourceMetadata: { issuer: "https://elsewhere.example" } };
    expect((await find(elsewhere)).provider).not.toHaveProperty("exceptions");
    resourceMetadata["resource"] = "https://evil.example/";
    await expect(find(elsewhere)).rejects.toMatchObject({ code: "resource-mismatch" });
    overrides.set(`${PRM}/mcp`, () => new Response("", { status: 503 }));
    await expect(find(elsewhere)).rejects.toMatchObject({ code: "http-error", status: 503 });
  });
});

describe("an exception that is misspelt is refused", () => {
  test.each<readonly [unknown]>([
    [{ issuerAlias: "https://x.example" }],
    [{ issuerAlias: { named: ISSUER } }],
    [{ prefixResource: true }],
    [{ unadvertisedPkce: "yes" }],
    [{ noResourceMetadata: {} }],
    [{ everything: true }],
    [{ constructor: true }],
  ])("%j", (exceptions) => {
    const secrets = { headers: [], clientSecret: null, grant: null, props: null };
    const given = { oauth: { exceptions: exceptions as OAuthExceptions } };
    expect(() => mergeOptions({ stored: DEFAULT_OPTIONS, secrets }, given)).toThrow(
      expect.objectContaining({ code: "option-invalid" }) as Error,
    );
  });
});
