// What a provider hands out to manage a dynamic registration, and the one use we have for it: deleting it (RFC 7592).
import type { RemovalReport } from "@agents-internal/protocol";
import { withDeadline } from "../deadline.ts";
import type { GuardedFetch } from "../guarded-fetch.ts";
import type { ClientStore } from "./client-store.ts";
import { parseObject } from "./metadata-document.ts";

/** Whoever has it can change the registration: sealed like the client's secret. */
export interface RegistrationManagement {
  readonly uri: string;
  readonly token: string;
}

const LIMIT_MS = 5000;
const MAX_LENGTH = 8192;

/** Only at the origin that registered the client: no answer sends our requests anywhere else. */
export function readManagement(
  body: Readonly<Record<string, unknown>>,
  registrationEndpoint: string,
): RegistrationManagement | null {
  const { registration_client_uri: uri, registration_access_token: token } = body;
  if (typeof uri !== "string" || typeof token !== "string" || !URL.canParse(uri)) return null;
  if (token === "" || token.length > MAX_LENGTH || uri.length > MAX_LENGTH) return null;
  const url = new URL(uri);
  if (url.origin !== new URL(registrationEndpoint).origin || url.username !== "" || url.password !== "") return null;
  return { uri: url.href, token };
}

export function writeManagement({ uri, token }: RegistrationManagement): string {
  return JSON.stringify({ uri, token });
}

/** `null` when the text is not what {@link writeManagement} wrote. */
export function parseManagement(text: string): RegistrationManagement | null {
  const { uri, token } = parseObject(text) ?? {};
  return typeof uri === "string" && typeof token === "string" ? { uri, token } : null;
}

/** Give up every registration of a server. What cannot be opened cannot be given up, and is said so. Never rejects. */
export async function deregister(
  { fetch, clients }: { readonly fetch: GuardedFetch; readonly clients: ClientStore },
  serverId: string,
): Promise<RemovalReport["registration"]> {
  const registered = clients.list(serverId).filter(({ source }) => source === "registered");
  const outcomes = await Promise.all(
    registered.map(async ({ issuer }) => {
      const management = await clients.openManagement(serverId, issuer).catch(() => "locked" as const);
      if (management === "locked") return "failed";
      return management === null ? "not-offered" : deleteRegistration(fetch, management);
    }),
  );
  return WORST_FIRST.find((outcome) => outcomes.includes(outcome)) ?? "none";
}

const WORST_FIRST = ["failed", "not-offered", "deleted"] as const;

/** RFC 7592 section 2.3, within five seconds. 405 is how a provider says that it keeps its clients. Never rejects. */
async function deleteRegistration(
  fetch: GuardedFetch,
  { uri, token }: RegistrationManagement,
): Promise<"deleted" | "not-offered" | "failed"> {
  try {
    return await withDeadline(LIMIT_MS, async (signal) => {
      const headers = { authorization: `Bearer ${token}` };
      const response = await fetch(uri, { purpose: "registration", method: "DELETE", headers, signal });
      await response.body?.cancel();
      if (response.status === 405 || response.status === 501) return "not-offered";
      return response.ok ? "deleted" : "failed";
    });
  } catch {
    return "failed";
  }
}
