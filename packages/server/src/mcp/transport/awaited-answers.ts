// Requests whose answers come another way than as the end of what carried them.
import type { MessageId, RpcAnswer } from "./json-rpc.ts";

export interface AwaitedAnswers {
  /** The answer to `id`, when it comes. The waiting ends when `send` rejects, or with `stop`. */
  to(id: MessageId, stop: AbortSignal, send: () => Promise<void>): Promise<RpcAnswer>;
  /** An answer nobody waits for is dropped. */
  came(answer: RpcAnswer): void;
  /** What carried `id` was turned away, so its answer will not come. */
  refused(id: MessageId, reason: Error): void;
  /** None will come any more. */
  end(reason: Error): void;
}

export function createAwaitedAnswers(): AwaitedAnswers {
  const waiting = new Map<
    string,
    { readonly resolve: (answer: RpcAnswer) => void; readonly reject: (why: unknown) => void }
  >();
  return {
    async to(id, stop, send) {
      const key = String(id);
      try {
        return await new Promise<RpcAnswer>((resolve, reject) => {
          waiting.set(key, { resolve, reject });
          stop.addEventListener("abort", () => reject(stop.reason), { once: true });
          send().catch(reject);
        });
      } finally {
        waiting.delete(key);
      }
    },
    came: (answer) => waiting.get(String(answer.id))?.resolve(answer),
    refused: (id, reason) => waiting.get(String(id))?.reject(reason),
    end(reason) {
      for (const { reject } of waiting.values()) reject(reason);
    },
  };
}
