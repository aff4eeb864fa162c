// What a session needs of the way its messages travel.
import type { RpcAnswer, RpcNotification, RpcRequest, RpcUnasked } from "./json-rpc.ts";

/** How it came that no stream is open (any more): none was wanted, or the server did not keep one open. */
export type StreamEnd = "none" | "given-up";

export interface Sending {
  /** Ends the request: whoever waits hears so at once, the server as soon as it can be told. */
  readonly signal: AbortSignal;
  /** What tells the server that the request is taken back. Absent: the end of its connection does. */
  readonly farewell?: (() => RpcNotification) | undefined;
  /** Further headers, where there are any. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface TransportEvents {
  /** What the server says by itself; before the answer it was said in the middle of. */
  readonly receive: (message: RpcUnasked) => void;
  /** The server said that it does not know the session, or what carried it is gone. Called once, not after `close()`. */
  readonly onSessionLost: () => void;
}

/** Everything that rejects does so with an `McpError`, or with the reason of the signal. */
export interface Transport {
  /** That a request is ended by its connection's end is known to the server, in the newest revision. */
  readonly endsWithConnection: boolean;
  start(): Promise<void>;
  /** Resolves with the answer to this very request. */
  request(message: RpcRequest, sending: Sending): Promise<RpcAnswer>;
  /** Notifications and answers: nothing comes back. */
  tell(message: RpcNotification | RpcAnswer): Promise<void>;
  /** The revision that was agreed upon. */
  agreed(protocolVersion: string): void;
  /** Legacy era: hear what the server says unasked, where that is a stream of its own. */
  listen(): void;
  /** Legacy streamable HTTP only. */
  readonly sessionId: string | null;
  /** See `Session.standing`. */
  readonly standing: Promise<StreamEnd>;
  /** Tell the server that the session is over, within 2 s. Never rejects. */
  endSession(): Promise<void>;
  /** Ends everything that is under way; what waits is rejected. */
  close(): void;
}
