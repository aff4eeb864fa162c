// Tells a server what the app wants of it, as soon as there is a session.
import type { OpenSessionOptions, Session } from "./session.ts";

const CATCH_UP_MS = 5000;

/** Bring server and app to the same mind; what cannot be told keeps nobody from working. */
export async function catchUp(
  session: Session,
  { resume, interests, serverId, log }: OpenSessionOptions,
): Promise<void> {
  // Whether roots are still those of which the server was told, nobody here remembers.
  if (resume !== undefined) await session.rootsChanged();
  const { era, transport, capabilities } = session.facts;
  const isNew = resume === undefined || transport === "sse";
  if (!isNew || era === "modern" || interests === undefined) return;
  const bounded = { timeout: CATCH_UP_MS };
  const level = capabilities.logging === undefined ? null : interests.logLevel;
  const resources = capabilities.resources?.subscribe === true ? interests.resources : [];
  const asked = await Promise.allSettled([
    ...(level === null ? [] : [session.setLoggingLevel(level, bounded)]),
    ...resources.map((uri) => session.subscribeResource(uri, bounded)),
  ]);
  const refused = asked.filter(({ status }) => status === "rejected").length;
  if (refused > 0) log.warn("mcp-interests-refused", { serverId, count: refused });
}
