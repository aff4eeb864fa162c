// Which tools may be used: as accepted, and as their policy says. A definition that changed later is noticed.
import type { Tool, ToolChange, ToolPolicy } from "@agents-internal/protocol";
import { McpError } from "../errors.ts";
import type { ToolOptions } from "../options.ts";
import type { ToolTrustRows, TrustRecord, TrustRecords } from "../tool-trust-rows.ts";
import type { Fingerprints } from "./fingerprint.ts";

export type ToolVerdict = "allow" | "ask" | "deny" | "held";

export interface ToolVerdicts {
  readonly exceptions: ReadonlyMap<string, ToolVerdict>;
  readonly otherwise: ToolVerdict;
}

export interface ToolTrust {
  /** Note what a server offers now; `before` is what it offered last. Part of the transaction that stores the list. */
  offered(serverId: string, now: Fingerprints, before: readonly Tool[]): void;
  /** Fingerprints by name of what a server offered last; `null` when its tools were never read. */
  offeredPrints(serverId: string): ((name: string) => string | null) | null;
  changes(serverId: string): readonly ToolChange[];
  /** The accepted definition of a tool that changed, where it was kept. */
  accepted(serverId: string, name: string): Tool | null;
  /** What is offered now is what was meant. Without names: all of it. */
  accept(serverId: string, names?: readonly string[]): void;
  /** `null`: what the server's options say. Kept also while the tool is not offered. Throws `tool-not-found`. */
  setPolicy(serverId: string, name: string, policy: ToolPolicy | null): void;
  policies(serverId: string): ReadonlyMap<string, ToolPolicy>;
  verdict(serverId: string, name: string): ToolVerdict;
  /**
   * The tools of which something was decided or has to be, with the verdict; `otherwise` is that on all others. The same object as
   * long as nothing of it changed.
   */
  verdicts(serverId: string): ToolVerdicts;
  /** `approved`: a person has agreed to this very call. Throws `tool-held`, `tool-denied`, `tool-approval-required`. */
  admit(serverId: string, name: string, approved: boolean): void;
  delete(serverId: string): void;
}

/** Characters of one earlier definition, and of all of one server, that are kept for comparison. */
const MAX_BEFORE = 8192;
const MAX_BEFORE_TOTAL = 131_072;
/** Tools that are not offered any more and are remembered all the same, lest one comes back as another. */
const MAX_GONE = 1000;

export function createToolTrust(table: ToolTrustRows, optionsOf: (serverId: string) => ToolOptions): ToolTrust {
  const loaded = new Map<string, TrustRecords | null>();
  const judged = new Map<
    string,
    ToolVerdicts & { readonly records: TrustRecords | null; readonly options: ToolOptions }
  >();

  function recordsOf(serverId: string): TrustRecords | null {
    const known = loaded.get(serverId);
    if (known !== undefined) return known;
    const records = table.read(serverId);
    loaded.set(serverId, records);
    return records;
  }

  /** Those of which there is more to say than that they were accepted. */
  function notableOf(serverId: string): readonly (readonly [string, TrustRecord])[] {
    return !loaded.has(serverId) && table.isPlain(serverId) ? [] : notable(recordsOf(serverId));
  }

  function write(serverId: string, records: TrustRecords): void {
    table.write(serverId, records);
    loaded.set(serverId, records);
  }

  const holds = (serverId: string): boolean => optionsOf(serverId).changes === "hold";

  function verdicts(serverId: string): ToolVerdicts {
    const records = recordsOf(serverId);
    const options = optionsOf(serverId);
    const known = judged.get(serverId);
    if (known && known.records === records && known.options === options) return known;
    const next = { records, options, ...judge(records, options) };
    judged.set(serverId, next);
    return next;
  }

  function verdict(serverId: string, name: string): ToolVerdict {
    const { exceptions, otherwise } = verdicts(serverId);
    return exceptions.get(name) ?? otherwise;
  }

  return {
    offered(serverId, now, before) {
      const records = recordsOf(serverId);
      const next = records ? compare(records, now, before, holds(serverId)) : firstSeen(now);
      if (records === null || !isSame(records, next)) write(serverId, next);
    },
    offeredPrints(serverId) {
      const records = recordsOf(serverId);
      return records && ((name) => records.get(name)?.offered ?? null);
    },
    changes(serverId) {
      const held = holds(serverId);
      return notableOf(serverId)
        .filter(([, record]) => isChanged(record))
        .map(([name, { accepted }]) => ({
          name,
          change: accepted === null ? "added" : "changed",
          held,
        }));
    },
    accepted: (serverId, name) => recordsOf(serverId)?.get(name)?.before ?? null,
    accept(serverId, names) {
      const records = recordsOf(serverId);
      if (records === null) return;
      const meant = names && new Set(names);
      const accept = ({ before: _before, ...record }: TrustRecord): TrustRecord => ({
        ...record,
        accepted: record.offered,
      });
      write(
        serverId,
        new Map(
          [...records].map(([name, record]) =>
            isChanged(record) && (meant?.has(name) ?? true) ? [name, accept(record)] : [name, record],
          ),
        ),
      );
    },
    setPolicy(serverId, name, policy) {
      const records = recordsOf(serverId);
      const found = records?.get(name);
      if (!records || !found) throw new McpError("tool-not-found", { serverId });
      const { policy: _earlier, ...record } = found;
      write(serverId, new Map(records).set(name, policy ? { ...record, policy } : record));
    },
    policies: (serverId) =>
      new Map(notableOf(serverId).flatMap(([name, { policy }]) => (policy ? [[name, policy]] : []))),
    verdict,
    verdicts,
    admit(serverId, name, approved) {
      const found = verdict(serverId, name);
      if (found === "held") throw new McpError("tool-held", { serverId });
      if (found === "deny") throw new McpError("tool-denied", { serverId });
      if (found === "ask" && !approved) throw new McpError("tool-approval-required", { serverId });
    },
    delete(serverId) {
      table.delete(serverId);
      loaded.delete(serverId);
      judged.delete(serverId);
    },
  };
}

function judge(records: TrustRecords | null, { policy, changes }: ToolOptions): ToolVerdicts {
  const exceptions = new Map<string, ToolVerdict>();
  for (const [name, record] of notable(records)) {
    if (changes === "hold" && isChanged(record)) exceptions.set(name, "held");
    else if (record.policy !== undefined) exceptions.set(name, record.policy);
  }
  return { exceptions, otherwise: policy ?? "allow" };
}

const noted = new WeakMap<TrustRecords, readonly (readonly [string, TrustRecord])[]>();

/** The few of which there is more to say than that they are what was accepted; looked for once. */
function notable(records: TrustRecords | null): readonly (readonly [string, TrustRecord])[] {
  if (records === null) return [];
  const known = noted.get(records);
  if (known) return known;
  const found = [...records].filter(([, record]) => isChanged(record) || record.policy !== undefined);
  noted.set(records, found);
  return found;
}

function isChanged({ accepted, offered }: TrustRecord): boolean {
  return offered !== null && accepted !== offered;
}

/** Whoever adds a server accepts what it offers then. */
function firstSeen(now: Fingerprints): TrustRecords {
  return new Map([...now].map(([name, offered]) => [name, { accepted: offered, offered }]));
}

function compare(records: TrustRecords, now: Fingerprints, before: readonly Tool[], holdsAdded: boolean): TrustRecords {
  const next = new Map<string, TrustRecord>();
  let room = MAX_BEFORE_TOTAL;
  for (const [name, offered] of now) {
    const record = records.get(name);
    const added: TrustRecord = { accepted: holdsAdded ? null : offered, offered: null };
    const { before: kept, ...known } = record ?? added;
    const changed: TrustRecord = { ...known, offered };
    const earlier = isChanged(changed) ? (kept ?? acceptedDefinition(record, name, before)) : undefined;
    room -= earlier ? JSON.stringify(earlier).length : 0;
    next.set(name, earlier && room >= 0 ? { ...changed, before: earlier } : changed);
  }
  let gone = 0;
  for (const [name, record] of records) {
    if (now.has(name)) continue;
    if (record.policy === undefined && (gone += 1) > MAX_GONE) continue;
    next.set(name, { ...record, offered: null });
  }
  return next;
}

/** What was offered last is what was accepted, unless it had changed before. */
function acceptedDefinition(record: TrustRecord | undefined, name: string, before: readonly Tool[]): Tool | undefined {
  if (!record || record.accepted !== record.offered) return undefined;
  const tool = before.find((each) => each.name === name);
  return tool && JSON.stringify(tool).length <= MAX_BEFORE ? tool : undefined;
}

function isSame(a: TrustRecords, b: TrustRecords): boolean {
  return a.size === b.size && JSON.stringify([...a]) === JSON.stringify([...b]);
}
