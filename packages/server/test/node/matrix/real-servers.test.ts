// The same agent code against real servers of both generations: every feature, every server, one matrix.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Feature, FEATURES } from "./features.ts";
import { createScene, type MatrixScene } from "./matrix-scene.ts";
import { KINDS, type MatrixServer } from "./matrix-servers.ts";

const ALL = Object.keys(FEATURES) as Feature[];
const exercised = new Set<string>();

describe.each(KINDS)("a server of $name", (kind) => {
  let server: MatrixServer;
  let scene: MatrixScene;
  beforeAll(async () => void (server = await kind.serve()));
  afterEach(() => scene.dispose());
  afterAll(() => server.close());

  test.for(ALL.filter((feature) => kind.lacks[feature] === undefined))("%s", async (feature) => {
    scene = await createScene(kind, server);
    await FEATURES[feature](scene);
    expect(scene.mcp.getState().servers[scene.id]?.error_code ?? null).toBeNull();
    exercised.add(`${kind.name}: ${feature}`);
  });
});

describe("the matrix", () => {
  test("has a server of each generation for every feature, but for what one of them does not have", () => {
    const missing = ALL.flatMap((feature) =>
      (["legacy", "modern"] as const)
        .filter((era) => !KINDS.some((kind) => kind.era === era && kind.lacks[feature] === undefined))
        .map((era) => `${era}: ${feature}`),
    );
    expect(missing).toEqual(["modern: a session that is lost", "modern: the end of a session"]);
  });

  test("leaves nothing out in silence: each cell was exercised or has a reason", () => {
    const cells = KINDS.flatMap(({ name, lacks }) =>
      ALL.map((feature) => ({ cell: `${name}: ${feature}`, reason: lacks[feature] })),
    );
    expect(cells.filter(({ cell, reason }) => exercised.has(cell) === (reason !== undefined))).toEqual([]);
    expect(cells).toHaveLength(KINDS.length * ALL.length);
  });
});
