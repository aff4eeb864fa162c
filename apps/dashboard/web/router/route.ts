// The dashboard's addresses: what each one shows, both ways.

export const SERVER_TABS = ["tools", "resources", "prompts", "about"] as const;
export type ServerTab = (typeof SERVER_TABS)[number];

export type Route =
  | { readonly page: "servers" }
  /** `item`: the tool, resource or prompt that is open. */
  | { readonly page: "server"; readonly id: string; readonly tab: ServerTab; readonly item?: string | undefined }
  | { readonly page: "gallery" };

export function parseRoute(pathname: string, search: string): Route {
  const [first, id, tab] = pathname.split("/").filter(Boolean).map(decode);
  if (first === "gallery") return { page: "gallery" };
  if (first !== "servers" || id === undefined) return { page: "servers" };
  return {
    page: "server",
    id,
    tab: SERVER_TABS.find((known) => known === tab) ?? "tools",
    item: new URLSearchParams(search).get("item") ?? undefined,
  };
}

export function buildPath(route: Route): string {
  switch (route.page) {
    case "servers":
      return "/";
    case "gallery":
      return "/gallery";
    case "server": {
      const query = route.item === undefined ? "" : `?${new URLSearchParams({ item: route.item })}`;
      return `/servers/${encodeURIComponent(route.id)}/${route.tab}${query}`;
    }
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
