// The owner's side of one agent: what is asked of it, and a sign-in step by step, so that an attacker can get between.
import type { MCPServersState } from "@agents-internal/protocol";
import type { Arena } from "./arena.ts";
import { isOurs, NotOnThisSurface } from "./surface.ts";

type Options = Readonly<Record<string, unknown>>;

export interface Outcome<T> {
  readonly result?: T;
  readonly error?: { readonly name: string; readonly code?: string; readonly message: string };
}

/** One opening of a start URL. */
export interface Attempt {
  /** At the provider. */
  readonly location: URL;
  readonly cookie: string;
  readonly state: string;
  readonly redirectUri: string;
}

export interface Page {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

export interface Victim {
  readonly path: string;
  do<T = unknown>(method: string, ...args: readonly unknown[]): Promise<Outcome<T>>;
  /** `error.code` when adding was refused, else the state. */
  add(url: string, options?: Options, name?: string): Promise<string>;
  /** Adds a server that asks for a sign-in. */
  offer(url: string, options?: Options, name?: string): Promise<{ readonly id: string; readonly authUrl: string }>;
  state(): Promise<MCPServersState>;
  /** Of the only server. */
  stateOfOnly(): Promise<string | undefined>;
  get(url: string, headers?: Readonly<Record<string, string>>, method?: string): Promise<Page>;
  /** Opens a start URL as a click in the app does. */
  begin(authUrl: string): Promise<Attempt>;
  /** The provider's answer: where it sends the browser. */
  consent(attempt: Attempt): Promise<string>;
  signIn(url: string, options?: Options, name?: string): Promise<string>;
}

export const CLICK = { "sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };

export function createVictim(arena: Arena, path: string): Victim {
  const { runtime, seen, secrets } = arena;
  const victim: Victim = {
    path,
    async do(method, ...args) {
      const response = await runtime.fetch(path, { method: "POST", body: JSON.stringify([method, ...args]) });
      const text = await response.text();
      seen.push(text);
      if (response.status !== 200) throw new Error(`${response.status} ${text}`);
      return JSON.parse(text);
    },
    async add(url, options = {}, name = "server") {
      const { result, error } = await victim.do<{ state: string }>("addMcpServer", name, url, options);
      return error ? (error.code ?? error.message) : (result?.state ?? "nothing");
    },
    async offer(url, options = {}, name = "server") {
      const outcome = await victim.do<{ id: string; authUrl: string }>("addMcpServer", name, url, options);
      if (outcome.result?.authUrl === undefined) throw new NotOnThisSurface(`offer: ${JSON.stringify(outcome)}`);
      return outcome.result;
    },
    async state() {
      const { result } = await victim.do<MCPServersState>("getMcpServers");
      if (!result) throw new Error("no state");
      return result;
    },
    async stateOfOnly() {
      return Object.values((await victim.state()).servers)[0]?.state;
    },
    async get(url, headers = CLICK, method = "GET") {
      if (new URL(url, runtime.origin).origin !== runtime.origin) throw new NotOnThisSurface("a start URL");
      const response = await runtime.fetch(url, { method, headers });
      const text = await response.text();
      seen.push(
        text,
        JSON.stringify([...response.headers].filter(([name]) => name !== "location" && name !== "set-cookie")),
      );
      return { status: response.status, text, headers: response.headers };
    },
    async begin(authUrl) {
      const opened = isOurs ? (await victim.get(authUrl)).headers : new Headers({ location: authUrl });
      const location = new URL(opened.get("location") ?? "");
      const cookie = (opened.get("set-cookie") ?? "").split(";")[0] ?? "";
      const state = location.searchParams.get("state") ?? "";
      secrets.add(state).add(cookie.split("=")[1] ?? "");
      return { location, cookie, state, redirectUri: location.searchParams.get("redirect_uri") ?? "" };
    },
    async consent({ location }) {
      const answer = await arena.surf(location.href);
      const back = answer.headers.get("location");
      if (back === null) throw new Error(`The provider sends nobody back: ${answer.status}`);
      return back;
    },
    async signIn(url, options, name) {
      const { id, authUrl } = await victim.offer(url, options, name);
      const attempt = await victim.begin(authUrl);
      await victim.get(await victim.consent(attempt), { ...CLICK, cookie: attempt.cookie });
      await victim.do("mcp.waitForConnections", { timeout: 5000 });
      const entry = (await victim.state()).servers[id];
      if (entry?.state !== "ready") throw new NotOnThisSurface(`sign-in: ${JSON.stringify(entry)}`);
      return id;
    },
  };
  return victim;
}
