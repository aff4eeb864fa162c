// Who a client id stands for: a registration that is still known, or a document somewhere.
import type { GrantBook, RegisteredClient } from "./grants.ts";
import { takesDocuments } from "./metadata.ts";
import type { AuthorizationServerSwitch } from "./quirks.ts";

export interface ClientLookup {
  readonly book: GrantBook;
  readonly quirks: ReadonlySet<AuthorizationServerSwitch>;
  readonly now: () => number;
  /** Where client id metadata documents are fetched. */
  readonly fetch: (url: string) => Promise<Response>;
}

const UNUSED_LIFE_MS = 3_600_000;

export async function findClient(id: string, lookup: ClientLookup): Promise<RegisteredClient | undefined> {
  const { book, quirks, now } = lookup;
  const made = book.unused.get(id);
  if (quirks.has("registration-forgotten") && made !== undefined && made + UNUSED_LIFE_MS <= now()) {
    book.clients.delete(id);
    book.unused.delete(id);
  }
  const known = book.clients.get(id);
  if (known !== undefined || !takesDocuments(quirks) || !id.startsWith("https://")) return known;
  return quirks.has("client-documents-refused") ? undefined : readDocument(id, lookup);
}

/** The client of a document (draft-ietf-oauth-client-id-metadata-document), known from then on. */
async function readDocument(id: string, { book, fetch }: ClientLookup): Promise<RegisteredClient | undefined> {
  const response = await fetch(id).catch(() => null);
  if (response?.status !== 200) return undefined;
  const document = (await response.json()) as { readonly client_id?: unknown; readonly redirect_uris?: unknown };
  if (document.client_id !== id || !Array.isArray(document.redirect_uris)) return undefined;
  const client: RegisteredClient = { clientId: id, redirectUris: document.redirect_uris.map(String) };
  book.clients.set(id, client);
  return client;
}
