// One person's life with one provider: add, mend what a failure names, sign in, call, renew, allow more, leave. Told in words.
import { ERROR_CODES, type ErrorCode, isErrorCode, type MCPServer } from "@agents-internal/protocol";
import type { MockProvider } from "../src/index.ts";

/** What is said when adding a server, as far as this story needs. */
export interface OAuthSettings {
  readonly client?: { readonly clientId: string; readonly clientSecret?: string; readonly issuer: string };
  readonly clientName?: string;
  readonly authorizationParameters?: Readonly<Record<string, string>>;
  readonly exceptions?: Readonly<Record<string, unknown>>;
}

/** The agent of that person, wherever it runs. */
export interface Life {
  /** Resolves when it is settled; what went wrong is in the state. */
  add(settings: { readonly oauth: OAuthSettings; readonly account?: string }): Promise<void>;
  /** Open a sign-in, always in the same browser, and say yes. Resolves when it is settled. */
  agree(authUrl: string): Promise<void>;
  /** Give up what is under way, and begin again. */
  retry(account?: string): Promise<void>;
  /** Without an account: the one that has none. */
  server(account?: string): Promise<MCPServer>;
  /** What `callTool` came to: the text of its result, or the code of its failure. */
  call(tool: string, account?: string): Promise<string>;
  /** Move the clock of everybody, in ms. */
  pass(ms: number): Promise<void>;
  remove(account?: string): Promise<Readonly<Record<string, string>>>;
}

/** What somebody has to do about a failure. */
export interface Cure {
  readonly did: string;
  /** What is said from then on when adding the server. */
  readonly settings?: (provider: MockProvider, before: OAuthSettings) => OAuthSettings;
  /** What is mended at the provider; without settings the server is tried again as it is. */
  readonly mend?: (provider: MockProvider) => void;
}

export type Cures = Partial<Record<ErrorCode, Cure>>;

export interface Story {
  readonly provider: MockProvider;
  readonly life: Life;
  readonly cures: Cures;
  /** ms after which an access token is of no use any more */
  readonly lasts: number;
  /** Opens the first sign-in when it is too late. */
  readonly hesitates: boolean;
  /** Known beforehand. */
  readonly settings: OAuthSettings;
}

const MAX_CURES = 5;
const HESITATION_MS = 3_660_000;

/** How it went, a step a line. Ends early with a failure that nothing cures. */
export async function tellLife(story: Story): Promise<readonly string[]> {
  const told: string[] = [];
  const oauth = await begin(story, told);
  if (oauth === null) return told;
  await live(story, told);
  if (story.provider.profile.quirks.includes("account-remembered")) await addAnother(story, oauth, told);
  await leave(story, told);
  return told;
}

/** Until a call works, or nothing helps. What was said in the end when adding the server. */
async function begin(story: Story, told: string[]): Promise<OAuthSettings | null> {
  const { provider, life, cures, settings } = story;
  let oauth = settings;
  await life.add({ oauth });
  for (let attempt = 0; attempt < MAX_CURES; attempt += 1) {
    const failure = await firstCall(story, told);
    if (failure === null) return oauth;
    const { code, named } = failure;
    const cure = cures[code];
    told.push(`${code}${named ? "" : " without its sentence"}${cure === undefined ? "" : `: ${cure.did}`}`);
    if (cure === undefined) return null;
    cure.mend?.(provider);
    if (cure.settings === undefined) await life.retry();
    else {
      oauth = cure.settings(provider, oauth);
      await life.remove();
      await life.add({ oauth });
    }
  }
  return null;
}

interface Failure {
  readonly code: ErrorCode;
  /** A sentence says it, too, and where something is to be pasted, what. */
  readonly named: boolean;
}

/** Sign in where that is asked for, also by the call. */
async function firstCall(story: Story, told: string[]): Promise<Failure | null> {
  const { life } = story;
  if (await signIn(story, told)) told.push("signed in");
  const { state, error, error_code: code, redirect_uri: uri } = await life.server();
  if (isErrorCode(code)) {
    const isSaid = error?.startsWith(ERROR_CODES[code].message) === true;
    return { code, named: isSaid && (code !== "client-id-required" || error.includes(uri ?? "no redirect URI")) };
  }
  if (state !== "ready") throw new Error(`it stays ${state} after ${told.join(", ")}`);
  const answer = await life.call("whoami");
  told.push(`called: ${answer}`);
  if (answer === "authorization-required") return firstCall(story, told);
  return isErrorCode(answer) ? { code: answer, named: true } : null;
}

/** Whether anybody had to. */
async function signIn({ life, hesitates }: Story, told: string[]): Promise<boolean> {
  const first = (await life.server()).auth_url;
  if (hesitates && first !== null && told.length === 0) {
    await life.pass(HESITATION_MS);
    await life.retry();
    told.push("hesitated too long, tried again");
  }
  for (let again = 0; again < MAX_CURES; again += 1) {
    const { state, auth_url: authUrl, auth_reason: reason } = await life.server();
    if (state !== "authenticating" || authUrl === null) return state !== "failed" && again > 0;
    if (reason !== "sign-in") told.push(`asked to sign in again: ${reason}`);
    await life.agree(authUrl);
    if ((await life.server()).auth_url !== authUrl) continue;
    told.push("not sent back by the provider, opened again");
  }
  return false;
}

async function live({ provider, life, lasts }: Story, told: string[]): Promise<void> {
  const { authorizationServer: as, profile } = provider;
  const before = as.tokenRequests.length;
  await life.pass(lasts);
  const answer = await life.call("whoami");
  const renewals = as.tokenRequests.slice(before).filter(({ grant_type: type }) => type === "refresh_token").length;
  told.push(`renewed ${renewals === 1 ? "once" : `${renewals} times`}: ${answer}`);
  if (profile.moreScope === undefined) return;
  const refused = await life.call("write");
  const { auth_url: authUrl, auth_scopes: scopes } = await life.server();
  told.push(`${refused} for more: ${scopes?.join(" ")}`);
  if (authUrl !== null) await life.agree(authUrl);
  told.push(`allowed: ${(await life.call("write")) === "{}" ? "written" : "refused"}, ${await life.call("whoami")}`);
}

async function addAnother({ provider, life }: Story, oauth: OAuthSettings, told: string[]): Promise<void> {
  provider.authorizationServer.account = "grace";
  await life.add({ oauth, account: "work" });
  const { auth_url: authUrl } = await life.server("work");
  if (authUrl !== null) await life.agree(authUrl);
  told.push(`two accounts: ${await life.call("whoami")} and ${await life.call("whoami", "work")}`);
  await life.remove("work");
}

async function leave({ provider, life }: Story, told: string[]): Promise<void> {
  const { revoked } = provider.authorizationServer;
  const before = revoked.length;
  const { refreshToken, accessToken } = await life.remove();
  const isSeen = revoked.length > before;
  told.push(`removed: ${refreshToken}, ${accessToken}${isSeen ? ", and the provider knows" : ""}`);
}
