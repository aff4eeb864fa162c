// Calls that can be gone on with after a wake: what to send again, and the answers given so far, sealed.
import type { ElicitResult, JsonObject } from "@agents-internal/protocol";
import type { Ids, Log } from "../ports.ts";
import type { ElicitationsTable } from "../storage/elicitations-table.ts";
import type { SecretAddress, Vault } from "../vault.ts";
import type { Round } from "./people.ts";

/** UTF-16 code units; a larger one is not stored. */
const MAX_ROUND = 256_000;

export interface Rounds {
  /** `null`: it is too large. */
  keep(serverId: string, round: Round): Promise<string | null>;
  drop(serverId: string, id: string): void;
  /** Seals at once and returns the synchronous part, for a transaction. */
  prepareAnswer(
    serverId: string,
    round: { readonly id: string; readonly key: string },
    result: ElicitResult,
  ): Promise<() => void>;
  /** Every question of it is answered, and whoever made the call is gone: send it. Never rejects. */
  resume(serverId: string, id: string): Promise<void>;
}

export interface RoundsDeps {
  readonly vault: Vault;
  readonly ids: Ids;
  readonly log: Log;
  readonly table: ElicitationsTable;
  /** Send a round with the answers to its questions. */
  readonly send: (serverId: string, id: string, round: Round, answers: JsonObject) => Promise<void>;
}

export function createRounds({ vault, ids, log, table, send }: RoundsDeps): Rounds {
  const place = (serverId: string, id: string): SecretAddress => ({ serverId, kind: "round", scope: id });
  const answerPlace = (serverId: string, id: string, key: string): SecretAddress => ({
    serverId,
    kind: "answer",
    scope: JSON.stringify([id, key]),
  });

  function drop(serverId: string, id: string): void {
    vault.delete(place(serverId, id));
    for (const { roundKey } of table.ofRound(id)) vault.delete(answerPlace(serverId, id, roundKey ?? ""));
  }

  async function read(serverId: string, id: string): Promise<{ round: Round; answers: JsonObject } | null> {
    const text = await vault.open(place(serverId, id));
    if (text === null) return null;
    const answers = await Promise.all(
      table.ofRound(id).map(async ({ roundKey }) => {
        const answer = roundKey === null ? null : await vault.open(answerPlace(serverId, id, roundKey));
        return answer === null ? [] : [[roundKey, JSON.parse(answer) as JsonObject] as const];
      }),
    );
    return { round: JSON.parse(text) as Round, answers: Object.fromEntries(answers.flat()) };
  }

  return {
    drop,
    async keep(serverId, round) {
      const text = JSON.stringify(round);
      if (text.length > MAX_ROUND) return null;
      const id = ids.id();
      vault.put(await vault.seal(place(serverId, id), text));
      return id;
    },
    async prepareAnswer(serverId, { id, key }, result) {
      const sealed = await vault.seal(answerPlace(serverId, id, key), JSON.stringify(result));
      return () => vault.put(sealed);
    },
    async resume(serverId, id) {
      try {
        const stored = await read(serverId, id);
        drop(serverId, id);
        if (stored) await send(serverId, id, stored.round, stored.answers);
      } catch {
        log.warn("mcp-call-not-resumed", { serverId });
      }
    },
  };
}
