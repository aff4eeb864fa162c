// A server behind a scripted authorization server, added, or with a sign-in begun.
import type { Arena, Script } from "./arena.ts";
import { CLICK } from "./victim.ts";

export function hostileProviders(arena: () => Arena) {
  /** What adding such a server comes to, and the server. */
  const add = async (script: Script, options = {}) => {
    const party = arena().party(script);
    const victim = arena().victim();
    const outcome = await victim.add(party.url, options);
    return { party, victim, outcome };
  };
  const pending = async (script: Script, agent: "target" | "sampled" | "redirecting" = "target") => {
    const party = arena().party(script);
    const victim = arena().victim(agent);
    const { id, authUrl } = await victim.offer(party.url, {}, "<img src=x onerror=alert(1)>\u202E");
    const attempt = await victim.begin(authUrl);
    const answer = (edit: (query: URLSearchParams) => void) => {
      const url = new URL(attempt.redirectUri);
      url.searchParams.set("state", attempt.state);
      url.searchParams.set("iss", party.issuer);
      edit(url.searchParams);
      return victim.get(url.href, { ...CLICK, cookie: attempt.cookie });
    };
    return { party, victim, id, authUrl, attempt, answer };
  };
  return { add, pending };
}
