// What the published package wrote (record.ts), put into an object of ours, with the authorization server that gave it.
import { readFileSync } from "node:fs";
import type { EarlierGrant } from "@agents-internal/testing";
import type { Scene, SceneOptions } from "../scene.ts";
import { CALLBACK, INSTANCE, startTown } from "./town.ts";

export interface Contents {
  readonly schema: readonly string[];
  readonly rows: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  readonly keys: Readonly<Record<string, unknown>>;
}

interface StoredToken {
  readonly access_token: string;
  readonly refresh_token?: string;
}

export const INHERITED = JSON.parse(readFileSync(new URL("inherited.json", import.meta.url), "utf8")) as Contents;

/** The servers as the other package had them, by name. */
export const ROWS = new Map(
  (INHERITED.rows["cf_agents_mcp_servers"] ?? []).map((row) => [String(row["name"]), row as Record<string, string>]),
);

export const idOf = (name: string): string => ROWS.get(name)?.["id"] ?? `no ${name}`;

/** What it had stored for a server's sign-in. */
export function tokenOf(name: string): StoredToken {
  const { id, client_id } = ROWS.get(name) ?? {};
  return INHERITED.keys[`/${INSTANCE}/${id}/${client_id}/token`] as StoredToken;
}

/** An authorization server that has handed out what is among the keys. */
function earlierLife() {
  const given = [...ROWS.values()].flatMap((row): EarlierGrant[] => {
    const token = INHERITED.keys[`/${INSTANCE}/${row["id"]}/${row["client_id"]}/token`] as StoredToken | undefined;
    const facts = { clientId: String(row["client_id"]), resource: String(row["server_url"]) };
    return token ? [{ ...facts, accessToken: token.access_token, refreshToken: token.refresh_token }] : [];
  });
  const clients = Object.entries(INHERITED.keys)
    .filter(([key]) => key.endsWith("/client_info/"))
    .map(([, info]) => info as { client_id: string; client_secret?: string })
    .map(({ client_id: clientId, client_secret: clientSecret }) => ({
      clientId,
      ...(clientSecret && { clientSecret }),
      redirectUris: [CALLBACK],
    }));
  return { grants: given, clients };
}

export function startAfterwards(options: Pick<SceneOptions, "bindings"> = {}): Promise<Scene> {
  return startTown({ ...options, authorization: earlierLife() });
}

/** Fill the storage of an object, and let it wake. */
export async function inherit(scene: Scene, contents: Contents = INHERITED): Promise<void> {
  const path = `/agents/house/${INSTANCE}/fill`;
  await scene.runtime.fetch(path, { method: "POST", body: JSON.stringify(contents) });
  await scene.runtime.evict("House", INSTANCE);
}
