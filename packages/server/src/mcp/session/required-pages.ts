// A call that is refused until a person has been on a page (MCP specification 2025-11-25, "URL Elicitation Required"): ask, try again.
import type { ElicitRequest } from "@agents-internal/protocol";
import { isRecord } from "../is-record.ts";
import type { Answers } from "./answer-questions.ts";
import type { CallUnderWay } from "./calls-under-way.ts";
import { RPC_CODES, RpcError } from "./protocol/rpc-error.ts";

const MAX_TRIES = 4;
const MAX_PAGES = 4;

/**
 * `send`, and again each time people have done what its refusal asks for. A handler of the developer's resolves when that is
 * done. Rejects with what `send` rejects with, also when somebody declined.
 */
export async function withPages(
  answers: Answers,
  call: CallUnderWay,
  isAnnounced: boolean,
  send: () => Promise<unknown>,
): Promise<unknown> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await send();
    } catch (refused) {
      const pages = isAnnounced && tries < MAX_TRIES ? pagesOf(refused) : [];
      if (pages.length === 0 || pages.length > MAX_PAGES) throw refused;
      const resume = call.pause();
      try {
        const asking = { call: call.name, signal: call.signal, untilDone: true };
        const visits = await Promise.all(pages.map((page) => answers.elicitation(page, asking)));
        if (!visits.every(({ action }) => action === "accept")) throw refused;
      } finally {
        resume();
      }
    }
  }
}

function pagesOf(thrown: unknown): readonly ElicitRequest["params"][] {
  if (!(thrown instanceof RpcError) || thrown.code !== RPC_CODES.pageRequired || !isRecord(thrown.data)) return [];
  const { elicitations } = thrown.data;
  return (Array.isArray(elicitations) ? elicitations : []).flatMap((page: unknown) => {
    if (!isRecord(page) || typeof page.url !== "string") return [];
    const { url, message, elicitationId } = page;
    return [
      {
        mode: "url" as const,
        url,
        message: typeof message === "string" ? message : "",
        ...(typeof elicitationId === "string" && { elicitationId }),
      },
    ];
  });
}
