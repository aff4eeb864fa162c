// Starts the authorization server and all MCP servers on loopback, and stops them without a trace.
import { createAuthorizationServer, type TokenLifetimes } from "./auth/authorization-server.ts";
import { createProtectedResources, type ProtectedResource } from "./auth/protected-resources.ts";
import { createClockApp } from "./clock/clock-server.ts";
import { type ProvidersControl, type ServerId, withControl } from "./control.ts";
import { createDiceApp } from "./dice/dice-server.ts";
import { type HttpSlot, openSlot } from "./http-slot.ts";
import { createBearerGuard } from "./mcp/bearer-guard.ts";
import { createNotesApp } from "./notes/notes-server.ts";
import { createNotesStore } from "./notes/notes-store.ts";
import { PROVIDER_FACTS, type ProviderId, type ProviderInfo } from "./provider-info.ts";
import type { ServedApp } from "./served-app.ts";
import { openStateFile } from "./state-file.ts";
import { createVaultDoorApp } from "./vault-door/vault-door-server.ts";
import { createWeatherApp } from "./weather/weather-server.ts";

export const DEFAULT_BASE_PORT = 8790;

const SERVERS = ["auth", "notes", "clock", "weather", "dice", "vault-door"] as const satisfies readonly ServerId[];
const DEFAULT_TTL: TokenLifetimes = { accessToken: 3600, refreshToken: 14 * 24 * 3600, interaction: 600 };

export interface StartProvidersOptions {
  /** The first of six ports in a row (default 8790), or single ones by id. 0 takes any free port. */
  readonly ports?: number | Readonly<Partial<Record<ServerId, number>>>;
  /** One line at a time, for a person. Default: silent. */
  readonly log?: (line: string) => void;
  /** Lifetimes in seconds; default 1 hour (access), 14 days (refresh), 10 minutes (consent page). */
  readonly ttl?: Partial<TokenLifetimes>;
  /** The consent page sends `Cross-Origin-Opener-Policy: same-origin`. */
  readonly coop?: boolean;
  /** Adds `/__test/*` to each server. For tests only. */
  readonly control?: boolean;
  /** JSON file that keeps sign-ins and notes over a restart. Default: nothing is kept. */
  readonly statePath?: string;
  /** ms since the epoch */
  readonly now?: () => number;
}

export interface RunningProviders {
  /** Origins: `http://localhost:PORT`. `auth` is the issuer. */
  readonly urls: Readonly<Record<ServerId, string>>;
  readonly list: readonly ProviderInfo[];
  readonly control: ProvidersControl;
  close(): Promise<void>;
}

/** Start everything. Rejects only when a port can neither be had nor replaced. */
export async function startProviders(options: StartProvidersOptions = {}): Promise<RunningProviders> {
  const { log = () => {}, now = Date.now, ports = DEFAULT_BASE_PORT } = options;
  const slots = await openSlots(ports, log);
  const urls = mapServers((id) => slots[id].origin);
  const list = (Object.keys(PROVIDER_FACTS) as ProviderId[]).map((id): ProviderInfo => {
    const { path, ...facts } = PROVIDER_FACTS[id];
    return { id, url: `${urls[id]}${path}`, ...facts };
  });
  const state = openStateFile(options.statePath, (aside) =>
    log(`The state file could not be read; it is kept as ${aside}.`),
  );

  const notes: ProtectedResource = {
    url: `${urls.notes}/mcp`,
    name: "Notes",
    scopes: { notes: "read and write notes", "notes:delete": "throw notes away" },
    baseScopes: ["notes"],
  };
  const weather: ProtectedResource = {
    url: `${urls.weather}/mcp`,
    name: "Weather",
    scopes: { forecast: "read the forecast" },
    baseScopes: ["forecast"],
  };
  let toolsChanged = false;
  let coop = options.coop ?? false;
  const auth = createAuthorizationServer({
    issuer: urls.auth,
    resources: createProtectedResources([notes, weather]),
    ttl: { ...DEFAULT_TTL, ...options.ttl },
    state,
    now,
    coop: () => coop,
    onError: (error) => log(`authorization server: ${error.message}`),
  });
  const guard = { issuer: urls.auth, check: auth.check };
  const apps: Readonly<Record<ProviderId, ServedApp>> = {
    notes: createNotesApp(createBearerGuard({ ...guard, resource: notes }), createNotesStore(state, now)),
    clock: createClockApp(now),
    weather: createWeatherApp(createBearerGuard({ ...guard, resource: weather }), now),
    dice: createDiceApp({ changed: () => toolsChanged }),
    "vault-door": createVaultDoorApp(),
  };
  const control: ProvidersControl = {
    dropSessions: (id) => (id ? [apps[id]] : Object.values(apps)).reduce((sum, app) => sum + app.dropSessions(), 0),
    revokeTokens: () => auth.revokeTokens(),
    changeTools: (on) => void (toolsChanged = on),
    setCoop: (on) => void (coop = on),
    requestCounts: (id) => slots[id].requests.counts(),
    lastHeaders: (id) => slots[id].requests.lastHeaders(),
    resetCounts: () => SERVERS.forEach((id) => slots[id].requests.reset()),
  };
  for (const id of SERVERS) {
    const { listener } = id === "auth" ? auth : apps[id];
    slots[id].serve(options.control ? withControl(control, id, listener) : listener);
  }
  return {
    urls,
    list,
    control,
    async close() {
      await Promise.all(Object.values(apps).map((app) => app.close()));
      await Promise.all(SERVERS.map((id) => slots[id].close()));
      state.flush();
    },
  };
}

/** Binds one port after the other; what is bound already is given back when one fails. */
async function openSlots(
  ports: StartProvidersOptions["ports"],
  log: (line: string) => void,
): Promise<Readonly<Record<ServerId, HttpSlot>>> {
  const wanted = mapServers((id, index) => {
    if (typeof ports === "object") return ports[id] ?? DEFAULT_BASE_PORT + index;
    return ports === 0 ? 0 : (ports ?? DEFAULT_BASE_PORT) + index;
  });
  const avoid = new Set(Object.values(wanted));
  const opened: HttpSlot[] = [];
  try {
    for (const id of SERVERS) {
      const onTaken = (taken: number, used: number) => log(`Port ${taken} (${id}) is taken; using ${used}.`);
      opened.push(await openSlot({ port: wanted[id], avoid, onTaken }));
    }
  } catch (error) {
    await Promise.all(opened.map((slot) => slot.close()));
    throw error;
  }
  return mapServers((_id, index) => opened[index] as HttpSlot);
}

function mapServers<T>(make: (id: ServerId, index: number) => T): Record<ServerId, T> {
  return Object.fromEntries(SERVERS.map((id, index) => [id, make(id, index)])) as Record<ServerId, T>;
}
