// Starting, stopping and starting again.
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startProviders, type StartProvidersOptions } from "../src/index.ts";
import { createBrowser, registerApp } from "./scripted-browser.ts";

function temporaryState(): { folder: string; statePath: string } {
  const folder = mkdtempSync(join(tmpdir(), "providers-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return { folder, statePath: join(folder, "state.json") };
}

async function start(options: StartProvidersOptions) {
  const providers = await startProviders(options);
  onTestFinished(() => providers.close());
  return providers;
}

const statusWith = async (url: string, token: string) =>
  (await fetch(url, { method: "POST", headers: { authorization: `Bearer ${token}` } })).status;

test("a restart signs nobody out", async () => {
  const { statePath } = temporaryState();
  const first = await startProviders({ ports: 0, statePath });
  const resource = `${first.urls.notes}/mcp`;
  const app = await registerApp(first.urls.auth, resource);
  const browser = createBrowser();
  const { url } = await browser.answer((await browser.visit(app.authorizationUrl())).url, "approve");
  const tokens = await app.redeem(url);
  await first.close();

  const port = (origin: string) => Number(new URL(origin).port);
  await start({
    ports: {
      auth: port(first.urls.auth),
      notes: port(first.urls.notes),
      clock: 0,
      weather: 0,
      dice: 0,
      "vault-door": 0,
    },
    statePath,
  });
  expect(await statusWith(resource, tokens.access_token)).toBe(400);
  expect((await app.refresh(tokens.refresh_token)).status).toBe(200);
  expect(statSync(statePath).mode & 0o077).toBe(0);
});

test("a state file that cannot be read is put aside and said", async () => {
  const { folder, statePath } = temporaryState();
  writeFileSync(statePath, "{ not json");
  const lines: string[] = [];
  await start({ ports: 0, statePath, log: (line) => lines.push(line) });
  expect(lines.join()).toContain("state.json.broken");
  expect(readdirSync(folder)).toContain("state.json.broken");
});

test("a taken port is named and another one used", async () => {
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => blocker.close(() => resolve())));
  const { port } = blocker.address() as AddressInfo;
  const lines: string[] = [];
  const ports = { auth: 0, notes: 0, clock: 0, weather: 0, dice: port, "vault-door": 0 };
  const providers = await start({ ports, log: (line) => lines.push(line) });
  expect(providers.urls.dice).not.toBe(`http://localhost:${port}`);
  expect(lines).toEqual([`Port ${port} (dice) is taken; using ${new URL(providers.urls.dice).port}.`]);
});

test("closing ends open streams and frees every port", async () => {
  const providers = await startProviders({ ports: 0 });
  const stream = await fetch(`${providers.urls.clock}/sse`);
  await providers.close();
  await stream.text().catch(() => undefined);
  for (const origin of Object.values(providers.urls)) await expect(fetch(origin)).rejects.toThrow("fetch failed");
});

test("the test surface is absent unless asked for", async () => {
  const providers = await start({ ports: 0 });
  expect((await fetch(`${providers.urls.notes}/__test/requests`)).status).toBe(404);
  expect((await fetch(`${providers.urls.auth}/__test/requests`)).status).toBe(404);
});

test("a request under another host's name is refused", async () => {
  const providers = await start({ ports: 0 });
  const status = await new Promise((resolve, reject) => {
    const options = {
      port: new URL(providers.urls.dice).port,
      host: "127.0.0.1",
      path: "/mcp",
      headers: { host: "rebound.example" },
    };
    request(options, (response) => resolve(response.resume().statusCode))
      .on("error", reject)
      .end();
  });
  expect(status).toBe(421);
});
