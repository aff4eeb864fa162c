// Everything that can happen to a connection.
import type { AuthReason, ErrorCode } from "@agents-internal/protocol";
import type { HttpChallenge } from "../errors.ts";
import type { CatalogueKind } from "../session/session.ts";
import type { ExchangeProgress } from "./effect.ts";
import type { Goal } from "./state.ts";

/** Events with an `epoch` are results of an attempt and count only while that attempt is the current one. */
export type LifecycleEvent =
  /** Somebody wants the server. `restart` begins anew whatever is under way, because options changed. */
  | { readonly type: "connect"; readonly goal: Goal; readonly restart: boolean }
  | { readonly type: "opened"; readonly epoch: number }
  /** Somebody wants the catalogue of an open connection. */
  | { readonly type: "discover" }
  /** `listedAt`: when the oldest of the lists was read. */
  | {
      readonly type: "discovered";
      readonly epoch: number;
      readonly catalogueVersion: number;
      readonly listedAt: number;
    }
  /** A call went well. */
  | { readonly type: "used" }
  /** Nobody has used the live session for a while. */
  | { readonly type: "idle"; readonly epoch: number }
  /** Lists are not, or may not be, any more what is stored of them. */
  | { readonly type: "catalogue-changed"; readonly kinds: readonly CatalogueKind[] }
  /** The server refused the token, or the lack of one, and renewing did not help. */
  | { readonly type: "unauthorized"; readonly epoch: number; readonly challenge: HttpChallenge }
  /** A sign-in was prepared and waits for a person. */
  | {
      readonly type: "authorization-required";
      readonly epoch: number;
      readonly flowId: string;
      readonly reason: AuthReason;
      readonly expiresAt: number;
    }
  | { readonly type: "callback-accepted"; readonly flowId: string }
  | {
      readonly type: "callback-denied";
      readonly flowId: string;
      readonly code: ErrorCode;
      readonly detail: string | null;
    }
  | { readonly type: "exchanged"; readonly flowId: string }
  | {
      readonly type: "exchange-failed";
      readonly flowId: string;
      readonly code: ErrorCode;
      readonly detail: string | null;
      readonly status?: number | undefined;
    }
  | { readonly type: "flow-expired"; readonly flowId: string }
  | { readonly type: "session-lost"; readonly epoch: number }
  | {
      readonly type: "attempt-failed";
      readonly epoch: number;
      readonly code: ErrorCode;
      readonly detail: string | null;
      readonly status?: number | undefined;
      readonly retryAt: number | null;
    }
  | { readonly type: "retry-due" }
  | { readonly type: "close" }
  /** A person wants the grant given back, and the server kept. */
  | { readonly type: "sign-out" }
  /** No grant is left. */
  | { readonly type: "signed-out"; readonly epoch: number }
  | { readonly type: "remove" }
  /** The host was loaded from storage. `exchange` says how far a redemption had come. */
  | { readonly type: "woke"; readonly exchange: ExchangeProgress };

export type EventType = LifecycleEvent["type"];
