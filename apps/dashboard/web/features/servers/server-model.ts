// Everything one server's card or page needs, gathered; and the acts a person can take on it.
import type { MCPServer } from "../../model.ts";
import type { Sighting } from "./connection-progress.ts";
import type { Offer } from "./server-view.ts";
import type { SignIn } from "./sign-in.ts";

export interface ServerModel {
  readonly id: string;
  readonly server: MCPServer;
  readonly offer: Offer;
  readonly history: readonly Sighting[];
  readonly signIn: SignIn;
  /** An act that was asked for and has not been answered. */
  readonly pending: ServerAct | null;
  /** Why the last act failed, in a sentence. */
  readonly problem: string | null;
}

export type ServerAct = "retry" | "connect" | "disconnect" | "sign-out" | "remove";

export interface ServerActs {
  readonly retry: (id: string) => void;
  readonly connect: (id: string) => void;
  readonly disconnect: (id: string) => void;
  readonly signOut: (id: string) => void;
  readonly remove: (id: string) => void;
}
