// Where the authorization server keeps its clients, grants, sessions and tokens.
import type { Adapter, AdapterConstructor, AdapterPayload } from "oidc-provider";
import type { StateFile } from "../state-file.ts";

const SECTION = "authorization";

interface Entry {
  readonly payload: AdapterPayload;
  /** ms since the epoch; `null` never ends */
  readonly expiresAt: number | null;
}

export interface AuthorizationState {
  readonly Adapter: AdapterConstructor;
  /** Forgets every access and refresh token. Returns how many there were. */
  revokeTokens(): number;
}

export function createAuthorizationState(file: StateFile, now: () => number): AuthorizationState {
  const entries = new Map<string, Entry>(Object.entries((file.read(SECTION) ?? {}) as Record<string, Entry>));
  const isLive = (entry: Entry) => entry.expiresAt === null || entry.expiresAt > now();

  const save = () => {
    for (const [key, entry] of entries) if (!isLive(entry)) entries.delete(key);
    file.write(SECTION, Object.fromEntries(entries));
  };
  const deleteWhere = (matches: (key: string, entry: Entry) => boolean): number => {
    const keys = [...entries].filter(([key, entry]) => matches(key, entry)).map(([key]) => key);
    for (const key of keys) entries.delete(key);
    if (keys.length > 0) save();
    return keys.length;
  };
  const findBy = (model: string, field: "uid" | "userCode", value: string) =>
    [...entries].find(
      ([key, entry]) => key.startsWith(`${model}:`) && entry.payload[field] === value && isLive(entry),
    )?.[1].payload;

  class StateAdapter implements Adapter {
    readonly #model: string;
    constructor(model: string) {
      this.#model = model;
    }
    async find(id: string): Promise<AdapterPayload | undefined> {
      const entry = entries.get(`${this.#model}:${id}`);
      return entry && isLive(entry) ? entry.payload : undefined;
    }
    async findByUid(uid: string): Promise<AdapterPayload | undefined> {
      return findBy(this.#model, "uid", uid);
    }
    async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
      return findBy(this.#model, "userCode", userCode);
    }
    async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
      entries.set(`${this.#model}:${id}`, { payload, expiresAt: expiresIn ? now() + expiresIn * 1000 : null });
      save();
    }
    async consume(id: string): Promise<void> {
      const key = `${this.#model}:${id}`;
      const entry = entries.get(key);
      if (!entry) return;
      entries.set(key, { ...entry, payload: { ...entry.payload, consumed: Math.floor(now() / 1000) } });
      save();
    }
    async destroy(id: string): Promise<void> {
      deleteWhere((key) => key === `${this.#model}:${id}`);
    }
    async revokeByGrantId(grantId: string): Promise<void> {
      deleteWhere((_key, entry) => entry.payload.grantId === grantId);
    }
  }

  return {
    Adapter: StateAdapter,
    revokeTokens: () => deleteWhere((key) => key.startsWith("AccessToken:") || key.startsWith("RefreshToken:")),
  };
}
