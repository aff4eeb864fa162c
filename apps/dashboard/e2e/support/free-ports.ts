// Finds ports in a row that nobody uses, as the providers want them.
import { createServer } from "node:net";

/** First of `count` neighbouring loopback ports that are free now. */
export async function freePortRow(count: number): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const first = await freePort(0);
    if (first === null || first + count > 65_535) continue;
    const rest = await Promise.all(Array.from({ length: count - 1 }, (_, index) => freePort(first + index + 1)));
    if (rest.every((port) => port !== null)) return first;
  }
  throw new Error(`no ${count} free ports in a row`);
}

function freePort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(null));
    server.listen(port, "localhost", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : null));
    });
  });
}
