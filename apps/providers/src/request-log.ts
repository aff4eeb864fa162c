// Remembers which requests a server has seen, for tests.

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface RequestLog {
  record(request: SeenRequest): void;
  /** `"POST /mcp"` → how often. */
  counts(): Readonly<Record<string, number>>;
  /** `"POST /mcp"` → the headers of the latest one. */
  lastHeaders(): Readonly<Record<string, Readonly<Record<string, string>>>>;
  reset(): void;
}

export function createRequestLog(): RequestLog {
  const seen = new Map<string, { count: number; headers: Readonly<Record<string, string>> }>();
  const table = <T>(
    pick: (entry: { count: number; headers: Readonly<Record<string, string>> }) => T,
  ): Record<string, T> => Object.fromEntries([...seen].map(([key, entry]) => [key, pick(entry)]));
  return {
    record({ method, path, headers }) {
      const key = `${method} ${path}`;
      seen.set(key, { count: (seen.get(key)?.count ?? 0) + 1, headers });
    },
    counts: () => table((entry) => entry.count),
    lastHeaders: () => table((entry) => entry.headers),
    reset: () => seen.clear(),
  };
}
