// The protocol's own example server, as published: a child process behind a recording proxy, which can be restarted.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { serve, type TestServer } from "../http-server.ts";

const ENTRY = fileURLToPath(import.meta.resolve("@modelcontextprotocol/server-everything/dist/index.js"));

export interface EverythingServer extends TestServer {
  /** Ends the process and starts another one at the same address, which knows nothing of the sessions of the first. */
  readonly restart: () => Promise<void>;
}

export async function serveEverything(mode: "streamableHttp" | "sse"): Promise<EverythingServer> {
  const port = await freePort();
  let child = await start(mode, port);
  let restarted = Promise.resolve();
  const proxy = await serve(async (request, { path, body }) => {
    // Whoever asks meanwhile finds a slow server, not a dead one: how long a start takes is no part of the tests.
    await restarted;
    const { method, headers, signal } = request;
    const target = `http://127.0.0.1:${port}${path}`;
    const hasBody = method === "POST";
    // Asked as the client asked: the length is that of the body, whoever counts it.
    const answer = await fetch(target, { method, headers: own(headers), signal, ...(hasBody && { body }) });
    const kept = new Headers(answer.headers);
    for (const name of ["content-length", "content-encoding", "transfer-encoding", "connection"]) kept.delete(name);
    return new Response(answer.body, { status: answer.status, headers: kept });
  });
  const startAgain = async (): Promise<void> => {
    await end(child);
    child = await start(mode, port);
  };
  return {
    ...proxy,
    url: `${proxy.origin}${mode === "sse" ? "/sse" : "/mcp"}`,
    restart: () => (restarted = startAgain()),
    async close() {
      await proxy.close();
      await end(child);
    },
  };
}

function own(headers: Headers): Headers {
  const kept = new Headers(headers);
  for (const name of ["host", "connection", "content-length", "transfer-encoding"]) kept.delete(name);
  return kept;
}

async function start(mode: string, port: number): Promise<ChildProcess> {
  // It answers a tool with its whole environment: it gets none of ours.
  const env = { PORT: String(port), PATH: process.env["PATH"] ?? "" };
  const child = spawn(process.execPath, [ENTRY, mode], { env, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  await new Promise<void>((resolve, reject) => {
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes(`port ${port}`)) resolve();
    });
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`the everything server ended: ${said}`)));
  });
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
