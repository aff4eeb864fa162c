// The rows of calls and their sealed parts, always written together.
import type { CallToolResult } from "@agents-internal/protocol";
import type { CallsTable } from "../storage/calls-table.ts";
import type { SecretAddress, Vault } from "../vault.ts";
import type { CallRecord, Continuation } from "./lasting-call.ts";

/** While a call is under way what continues it, afterwards what it came to. */
export type SealedPart = Continuation | { readonly kind: "result"; readonly result: CallToolResult };

type CallRef = Pick<CallRecord, "id" | "serverId">;

export interface CallStore extends Pick<
  CallsTable,
  "all" | "get" | "put" | "workingCount" | "surplus" | "deleteServer"
> {
  /** Seals at once and returns the synchronous part, for the transaction that stores the call. Rejects as the vault does. */
  seal(call: CallRef, part: SealedPart): Promise<() => void>;
  dropSealed(call: CallRef): void;
  /** `null` where nothing is sealed for it. Rejects with `vault-locked`. */
  open(call: CallRef): Promise<SealedPart | null>;
  delete(call: CallRef): void;
}

export function createCallStore(table: CallsTable, vault: Vault): CallStore {
  const address = ({ id, serverId }: CallRef): SecretAddress => ({ serverId, kind: "call", scope: id });
  return {
    all: table.all,
    get: table.get,
    put: table.put,
    workingCount: table.workingCount,
    surplus: table.surplus,
    deleteServer: table.deleteServer,
    async seal(call, part) {
      const sealed = await vault.seal(address(call), JSON.stringify(part));
      return () => vault.put(sealed);
    },
    dropSealed: (call) => vault.delete(address(call)),
    async open(call) {
      const text = await vault.open(address(call));
      return text === null ? null : (JSON.parse(text) as SealedPart);
    },
    delete(call) {
      table.delete(call.id);
      vault.delete(address(call));
    },
  };
}
