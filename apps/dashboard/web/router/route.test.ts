import { expect, test } from "vitest";
import { buildPath, parseRoute, type Route } from "./route.ts";

const back = (route: Route) => {
  const [pathname = "", search = ""] = buildPath(route).split("?");
  return parseRoute(pathname, search);
};

test("every address leads back to what it shows", () => {
  const routes: readonly Route[] = [
    { page: "servers" },
    { page: "gallery" },
    { page: "server", id: "a b/c", tab: "resources", item: "notes://all?x=1&y=%" },
    { page: "server", id: "x", tab: "about", item: undefined },
  ];
  for (const route of routes) expect(back(route)).toEqual(route);
});

test("an address nobody knows shows the list, an unknown tab the tools", () => {
  expect(parseRoute("/nowhere", "")).toEqual({ page: "servers" });
  expect(parseRoute("/servers", "")).toEqual({ page: "servers" });
  expect(parseRoute("/servers/x/nonsense", "")).toMatchObject({ id: "x", tab: "tools" });
  expect(parseRoute("/servers/%E0%A4%A/tools", "")).toMatchObject({ id: "%E0%A4%A" });
});
