// What a server says of itself and answers, as markup: it is shown, and nothing of it is done.
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { ServerAbout } from "./features/servers/server-about.tsx";
import { ServerCard } from "./features/servers/server-card.tsx";
import { ContentBlock } from "./features/tools/content-block.tsx";
import { ToolPanel } from "./features/tools/tool-panel.tsx";
import { aServer, CARDS } from "./gallery/fixtures.ts";
import type { ContentBlock as Block, ServerCapabilities, Tool } from "./model.ts";

const MARKUP = `<img src=x onerror=alert(1)></title><script>alert(1)</script>[x](javascript:alert(1))`;
const nothing = () => undefined;

const RUNS = new Set(["script", "iframe", "object", "embed", "base", "link", "meta"]);

/** What a browser would run, load or follow because of a server's words. */
function deeds(html: string): readonly string[] {
  return (html.match(/<[a-z][^>]*>/g) ?? []).filter((tag) => {
    const name = /^<([a-z0-9]+)/.exec(tag)?.[1] ?? "";
    const handlers = /\son[a-z]+=/.test(tag.replaceAll(/"[^"]*"/g, ""));
    const places = [...tag.matchAll(/\s(?:href|src|srcset|action|formaction|style)="([^"]*)"/g)].map(
      (match) => match[1],
    );
    return (
      RUNS.has(name) || handlers || places.some((place) => /javascript:|html|svg|evil\.example|^x$/.test(place ?? ""))
    );
  });
}

test("a deed is found in whatever form it comes", () => {
  const harmless = `<p title="&lt;img onerror=alert(1)&gt;">&lt;script&gt;</p><img src="data:image/png;base64,x" alt="">`;
  expect(deeds(harmless)).toEqual([]);
  for (const html of ["<img src=x onerror=alert(1)>", "<script>", `<a href="javascript:1">`, `<img src="x">`])
    expect(deeds(html)).toHaveLength(1);
});

test("X13 ★ X20 markup in what a server is called and says of itself is text, beside its own address", () => {
  const [card] = CARDS;
  if (card === undefined) throw new Error("no card");
  const server = aServer("ready", {
    name: MARKUP,
    instructions: MARKUP,
    capabilities: { [MARKUP]: {} } as ServerCapabilities,
  });
  const acts = { retry: nothing, connect: nothing, disconnect: nothing, signOut: nothing, remove: nothing };
  const pages = [
    renderToStaticMarkup(createElement(ServerCard, { model: { ...card, server }, acts })),
    renderToStaticMarkup(
      createElement(ServerAbout, { model: { ...card, server }, vault: "keyed", era: undefined, happened: null }),
    ),
  ];
  for (const page of pages) {
    expect(page).toContain("&lt;img src=x onerror=alert(1)&gt;");
    expect(deeds(page)).toEqual([]);
  }
  expect(pages.join()).toContain("notes.example.com");
});

test("X13 ★ markup in a tool's title and description is text", () => {
  const tool = {
    name: "read",
    title: MARKUP,
    description: MARKUP,
    inputSchema: { type: "object", properties: { a: { type: "string", title: MARKUP, description: MARKUP } } },
  } as unknown as Tool;
  const page = renderToStaticMarkup(
    createElement(ToolPanel, { tool, hindrance: null, call: () => new Promise<never>(nothing) }),
  );
  expect(page).toContain("&lt;img");
  expect(deeds(page)).toEqual([]);
});

test.each<[string, Block]>([
  ["X13 ★ a text", { type: "text", text: MARKUP }],
  ["X12 a picture that may hold script", { type: "image", data: "PHN2Zz4=", mimeType: "image/svg+xml" }],
  ["X12 a picture that is a page", { type: "image", data: "PHN2Zz4=", mimeType: "text/html" }],
  ["X12 a sound that is a page", { type: "audio", data: "PHN2Zz4=", mimeType: "text/html" }],
  ["X15 a link that is a script", { type: "resource_link", name: MARKUP, uri: "javascript:alert(1)" }],
  ["X15 a link elsewhere", { type: "resource_link", name: "x", uri: "https://evil.example/" }],
  [
    "X15 a resource",
    { type: "resource", resource: { uri: "javascript:alert(1)", mimeType: "text/html", text: MARKUP } },
  ],
  ["X11 what nobody knows", { type: MARKUP, html: MARKUP } as unknown as Block],
])("%s in a result is shown and not done", (_what, block) => {
  expect(deeds(renderToStaticMarkup(createElement(ContentBlock, { block })))).toEqual([]);
});
