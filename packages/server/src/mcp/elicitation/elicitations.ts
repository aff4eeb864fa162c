// Puts servers' questions to people: each is a row that anybody who is let in may answer once, until its deadline.
import type { Elicitation, ElicitationEnd, ElicitRequest, ElicitResult, JsonSchema } from "@agents-internal/protocol";
import { alarmKey } from "../alarm-key.ts";
import { McpError } from "../errors.ts";
import type { McpPorts } from "../ports.ts";
import { createListeners, type Subscription } from "../listeners.ts";
import { createMcpTables, hasMcpTables } from "../schema.ts";
import type { ElicitationsTable, StoredElicitation } from "../storage/elicitations-table.ts";
import { readAnswer } from "./answer.ts";
import type { Asking, CallQuestions, People, StoredRounds } from "./people.ts";
import { type CheckAddress, readQuestion } from "./question.ts";

/** Of one server at a time. */
const MAX_OPEN = 8;
/** Of one server within a minute, also those that it took back: each is a row, an alarm, and a frame to every client. */
const MAX_PER_MINUTE = 60;
/** ms for which it is remembered how a question ended. */
const REMEMBERED = 3_600_000;
const CANCEL: ElicitResult = { action: "cancel" };

export interface ElicitationsChange {
  /** All that wait, oldest first. */
  readonly elicitations: readonly Elicitation[];
  /** Those that ended since the last change. */
  readonly ended: readonly { readonly id: string; readonly end: ElicitationEnd }[];
}

export interface ElicitationsDeps {
  readonly ports: McpPorts;
  readonly table: ElicitationsTable;
  readonly rounds: StoredRounds;
  readonly checkAddress: CheckAddress;
  /** ms until a question that is asked now expires. */
  readonly answerWithin: () => number;
}

export interface Elicitations extends People, CallQuestions {
  /** Notice what was lost with an earlier life of the host. False while there are no tables. */
  wake(): boolean;
  list(): readonly Elicitation[];
  /** Rejects with `elicitation-unknown`, `elicitation-ended`, `elicitation-interrupted`, `elicitation-invalid`. */
  answer(id: string, given: unknown): Promise<void>;
  /** A server says that what its page was for is done. Unknown ones are ignored. */
  completed(serverId: string, serverRef: string): void;
  /** The deadline of one is due. */
  expire(id: string): Promise<void>;
  /** Nobody is asked anything for this server any more. */
  withdraw(serverId: string): void;
  /** Delete what is left of a server, within the caller's transaction. */
  forget(serverId: string): void;
  subscribe(listener: (change: ElicitationsChange) => void): Subscription;
  clear(): void;
}

interface Waiting {
  readonly resolve: (result: ElicitResult) => void;
  readonly withdraw: () => void;
  readonly untilDone: boolean;
}

export function createElicitations({
  ports,
  table,
  rounds,
  checkAddress,
  answerWithin,
}: ElicitationsDeps): Elicitations {
  const { sql, clock, alarms, ids, log } = ports;
  const listeners = createListeners<[ElicitationsChange]>(log);
  /** Those who asked in this life of the host. */
  const waiting = new Map<string, Waiting>();
  /** Answers that are being sealed; there is one only. */
  const keeping = new Map<string, Promise<void>>();
  let ended: { id: string; end: ElicitationEnd }[] = [];
  let pending = false;
  let woken = false;

  /** The first touch after a wake: whoever asked before is gone, and only a stored round can be gone on with. */
  function wake(): boolean {
    if (woken) return true;
    if (!hasMcpTables(sql)) return false;
    woken = true;
    createMcpTables(sql);
    table.sweep(clock.now() - REMEMBERED);
    for (const { id, status, round } of table.open()) {
      if (status === "pending" && (round === null || !rounds.canGoOn(round))) end(id, "interrupted");
    }
    return true;
  }

  function changed(): void {
    if (pending) return;
    pending = true;
    queueMicrotask(() => {
      pending = false;
      const change = { elicitations: list(), ended };
      ended = [];
      listeners.tell(change);
    });
  }

  function list(): readonly Elicitation[] {
    return wake() ? table.open().map(toPublic) : [];
  }

  function end(id: string, how: ElicitationEnd): void {
    const row = table.get(id);
    if (row === null || !isOpen(row)) return;
    table.setStatus(id, how);
    alarms.cancel(alarmKey("elicitation", id));
    ended.push({ id, end: how });
    changed();
  }

  /** A new row, of which everybody is told. Throws `elicitation-refused`. */
  function put(
    params: ElicitRequest["params"],
    { serverId, call, round }: Pick<Asking, "serverId" | "call" | "round">,
  ): string {
    const question = readQuestion(params, checkAddress);
    wake();
    const now = clock.now();
    const isStorm = table.countSince(serverId, now - 60_000) >= MAX_PER_MINUTE;
    if (isStorm || table.open().filter((row) => row.serverId === serverId).length >= MAX_OPEN) {
      log.warn("mcp-elicitation-refused", { serverId });
      throw new McpError("elicitation-refused", { detail: isStorm ? "Too many were asked." : "Too many are open." });
    }
    const id = ids.id();
    const deadline = now + answerWithin();
    table.sweep(now - REMEMBERED);
    table.add({
      id,
      serverId,
      call,
      mode: question.mode,
      message: question.message,
      subject: question.mode === "url" ? question.url : JSON.stringify(question.requestedSchema),
      // A stored round is over with its answers: nobody will speak of the page again.
      serverRef: question.mode === "url" && round === undefined ? question.serverRef : null,
      round: round?.id ?? null,
      roundKey: round?.key ?? null,
      createdAt: now,
      deadline,
      status: "pending",
    });
    alarms.set(alarmKey("elicitation", id), deadline);
    changed();
    return id;
  }

  /** Ends a question with what its server is told: by whoever asked, and after a wake by the stored call. */
  async function settle(row: StoredElicitation, how: ElicitationEnd, result: ElicitResult): Promise<void> {
    const asker = waiting.get(row.id);
    if (asker || row.round === null || row.roundKey === null) {
      end(row.id, how);
      return asker?.resolve(result);
    }
    const kept = rounds.keepAnswer(row.round, row.roundKey, result);
    keeping.set(row.id, kept);
    try {
      await kept;
    } finally {
      keeping.delete(row.id);
    }
    // Not before: what could not be kept was not answered.
    end(row.id, how);
    rounds.goOn(row.round);
  }

  function withdrawWhere(isMeant: (row: StoredElicitation) => boolean): void {
    for (const row of wake() ? table.open().filter(isMeant) : []) {
      end(row.id, "withdrawn");
      waiting.get(row.id)?.withdraw();
    }
  }

  const withdraw = (serverId: string): void => withdrawWhere((row) => row.serverId === serverId);

  return {
    wake,
    list,
    post: (params, asking) => void put(params, asking),
    async ask(params, { signal, untilDone = false, ...asking }) {
      if (signal.aborted) throw new McpError("aborted");
      const id = put(params, asking);
      let withdraw = (): void => undefined;
      try {
        return await new Promise<ElicitResult>((resolve, reject) => {
          withdraw = () => {
            end(id, "withdrawn");
            reject(new McpError("aborted"));
          };
          waiting.set(id, { resolve, withdraw, untilDone });
          signal.addEventListener("abort", withdraw, { once: true });
        });
      } finally {
        signal.removeEventListener("abort", withdraw);
        waiting.delete(id);
      }
    },
    keepRound: rounds.keepRound,
    endRound: rounds.endRound,
    async answer(id, given) {
      const row = assertOpen(wake() ? table.get(id) : null);
      if (keeping.has(id)) throw new McpError("elicitation-ended", { serverId: row.serverId });
      const result = readAnswer(given, row.mode === "form" ? (JSON.parse(row.subject) as JsonSchema) : null);
      const waitsForServer = row.mode === "url" && row.serverRef !== null && result.action === "accept";
      if (!waitsForServer) return settle(row, "answered", result);
      // Whoever opened the page may also say that it is done, because its server may never do.
      if (row.status === "opened") return settle(row, "completed", result);
      table.setStatus(id, "opened");
      changed();
      const asker = waiting.get(id);
      if (asker?.untilDone === false) asker.resolve(result);
    },
    completed(serverId, serverRef) {
      if (!wake()) return;
      for (const row of table.open()) {
        if (row.serverId !== serverId || row.serverRef !== serverRef) continue;
        ports.background(settle(row, "completed", { action: "accept" }));
      }
    },
    async expire(id) {
      // What is being kept came in time.
      await keeping.get(id)?.catch(() => undefined);
      const row = wake() ? table.get(id) : null;
      if (row !== null && isOpen(row)) await settle(row, "expired", CANCEL);
    },
    withdraw,
    areOpen: (callId) => wake() && table.open().some(({ round }) => round === callId),
    withdrawCall: (callId) => withdrawWhere(({ round }) => round === callId),
    forget(serverId) {
      withdraw(serverId);
      table.deleteServer(serverId);
    },
    subscribe: listeners.subscribe,
    clear: listeners.clear,
  };
}

const isOpen = ({ status }: StoredElicitation): boolean => status === "pending" || status === "opened";

function assertOpen(row: StoredElicitation | null): StoredElicitation {
  if (row === null) throw new McpError("elicitation-unknown");
  if (row.status === "interrupted") throw new McpError("elicitation-interrupted", { serverId: row.serverId });
  if (!isOpen(row)) throw new McpError("elicitation-ended", { serverId: row.serverId });
  return row;
}

function toPublic({ id, serverId, call, message, createdAt, deadline, ...row }: StoredElicitation): Elicitation {
  const facts = { id, serverId, call, message, createdAt, deadline };
  return row.mode === "url"
    ? { ...facts, mode: "url", url: row.subject, opened: row.status === "opened" }
    : { ...facts, mode: "form", requestedSchema: JSON.parse(row.subject) as JsonSchema };
}
