import { expect, test } from "vitest";
import { createFakePorts, type FakePorts } from "../../../test/node/fake-ports.ts";
import { createVault, type VaultDeps } from "./sqlite-vault.ts";
import type { SecretAddress } from "../vault.ts";
import { VAULT_TABLES } from "./vault-tables.ts";

const key = (id: string, byte: number, length = 32) => `${id}:${Buffer.alloc(length, byte).toString("base64")}`;
const OLD = key("old", 1);
const NEW = key("new", 2);
const TOKENS: SecretAddress = { serverId: "one", kind: "tokens", scope: "https://as.example" };
const CANARY = "CANARY-0123456789";

function createScene() {
  const ports = createFakePorts();
  ports.sql.run(VAULT_TABLES);
  const vault = (keys: string | undefined, changes: Partial<VaultDeps> = {}) =>
    createVault({ ...ports, keys, required: false, ...changes });
  return { ports, vault };
}

const dump = ({ sql }: FakePorts) => sql.dump();

test("what was sealed is opened by another vault over the same rows", async () => {
  const { ports, vault } = createScene();
  const first = vault(OLD);
  first.put(await first.seal(TOKENS, `${CANARY} ü 😀`));
  expect(await vault(OLD).open(TOKENS)).toBe(`${CANARY} ü 😀`);
  expect(dump(ports)).not.toContain("CANARY");
  expect(dump(ports)).not.toContain(Buffer.from(CANARY).toString("base64").slice(0, 12));
});

test("sealing writes nothing until it is put, and a rolled back write leaves nothing", async () => {
  const { ports, vault } = createScene();
  const keyed = vault(OLD);
  const before = dump(ports);
  const sealed = await keyed.seal(TOKENS, CANARY);
  expect(dump(ports)).toBe(before);
  expect(() =>
    ports.sql.transaction(() => {
      keyed.put(sealed);
      throw new Error("no");
    }),
  ).toThrow("no");
  expect(dump(ports)).toBe(before);
  keyed.put(sealed);
  expect(await vault(OLD).open(TOKENS)).toBe(CANARY);
});

test("values sealed at the same time, before the first one is written, all open", async () => {
  const { vault } = createScene();
  const keyed = vault(OLD);
  const addresses = ["a", "b", "c"].map((scope) => ({ ...TOKENS, scope }));
  const sealed = await Promise.all(addresses.map((address) => keyed.seal(address, address.scope)));
  for (const secret of sealed.reverse()) keyed.put(secret);
  expect(await Promise.all(addresses.map((address) => vault(OLD).open(address)))).toEqual(["a", "b", "c"]);
});

test("the same text is never sealed to the same bytes", async () => {
  const { vault } = createScene();
  const keyed = vault(OLD);
  const texts = await Promise.all(Array.from({ length: 20 }, () => keyed.seal(TOKENS, CANARY)));
  expect(new Set(texts.map(({ sealed }) => sealed)).size).toBe(20);
});

const MOVES: readonly [string, Partial<SecretAddress>][] = [
  ["server", { serverId: "two" }],
  ["kind", { kind: "client" }],
  ["issuer", { scope: "https://other.example" }],
];

test.each(MOVES)("a row moved to another %s does not open", async (_name, change) => {
  const { ports, vault } = createScene();
  const keyed = vault(OLD);
  const moved = { ...TOKENS, ...change };
  keyed.put(await keyed.seal(TOKENS, CANARY));
  keyed.put(await keyed.seal(moved, "other"));
  const sealed = (at: SecretAddress) =>
    ports.sql.all<{ sealed: string }>(
      "SELECT sealed FROM agents_mcp_vault_secrets WHERE server_id = ? AND kind = ? AND scope = ?",
      at.serverId,
      at.kind,
      at.scope,
    )[0]?.sealed ?? "";
  ports.sql.run(
    "UPDATE agents_mcp_vault_secrets SET sealed = ? WHERE server_id = ? AND kind = ? AND scope = ?",
    sealed(TOKENS),
    moved.serverId,
    moved.kind,
    moved.scope,
  );
  // Also with the data key copied along, as somebody with the whole database would.
  ports.sql.run(
    "UPDATE agents_mcp_vault_keys SET (reference, key_id, wrapped) = (SELECT reference, key_id, wrapped FROM agents_mcp_vault_keys WHERE server_id = 'one')",
  );
  await expect(vault(OLD).open(moved)).rejects.toMatchObject({ code: "vault-locked" });
  expect(await vault(OLD).open(TOKENS)).toBe(CANARY);
});

test.each([
  ["instance", { className: "TestAgent", instance: "other" }],
  ["class", { className: "OtherAgent", instance: "test" }],
])("a database copied to another %s does not open, with the same key", async (_name, identity) => {
  const { vault } = createScene();
  const keyed = vault(OLD);
  keyed.put(await keyed.seal(TOKENS, CANARY));
  await expect(vault(OLD, { identity }).open(TOKENS)).rejects.toMatchObject({ code: "vault-locked" });
});

test("with all rows and without the key, nothing opens, and nothing is overwritten or deleted", async () => {
  const { ports, vault } = createScene();
  const keyed = vault(OLD);
  keyed.put(await keyed.seal(TOKENS, CANARY));
  const before = dump(ports);
  for (const keys of [NEW, undefined, key("old", 9)]) {
    const stranger = vault(keys);
    await expect(stranger.open(TOKENS)).rejects.toMatchObject({ code: "vault-locked" });
    await expect(stranger.seal({ ...TOKENS, kind: "client" }, "x")).rejects.toMatchObject({ code: "vault-locked" });
  }
  expect(dump(ports)).toBe(before);
  expect(await vault(OLD).open(TOKENS)).toBe(CANARY);
});

test("a ring reads with all its keys, writes with the first, and wraps anew on use", async () => {
  const { ports, vault } = createScene();
  const old = vault(OLD);
  old.put(await old.seal(TOKENS, CANARY));
  expect(await vault(`${NEW},${OLD}`).open(TOKENS)).toBe(CANARY);
  expect(ports.sql.all("SELECT key_id FROM agents_mcp_vault_keys")).toEqual([{ key_id: "new" }]);
  expect(await vault(NEW).open(TOKENS)).toBe(CANARY);
  await expect(vault(OLD).open(TOKENS)).rejects.toMatchObject({ code: "vault-locked" });
});

test("without a key it works, says so loudly once, and moves to a key that is configured later", async () => {
  const { ports, vault } = createScene();
  const unkeyed = vault(undefined);
  expect(unkeyed.status).toBe("unkeyed");
  unkeyed.put(await unkeyed.seal(TOKENS, CANARY));
  unkeyed.put(await unkeyed.seal({ ...TOKENS, kind: "client" }, CANARY));
  expect(ports.lines.filter((line) => line.startsWith("vault-unkeyed"))).toHaveLength(1);
  expect(await vault("").open(TOKENS)).toBe(CANARY);
  expect(await vault(NEW).open(TOKENS)).toBe(CANARY);
  expect(ports.sql.all("SELECT key_id FROM agents_mcp_vault_keys")).toEqual([{ key_id: "new" }]);
  expect(ports.sql.all("SELECT * FROM agents_mcp_vault_local")).toEqual([]);
  expect(await vault(NEW).open({ ...TOKENS, kind: "client" })).toBe(CANARY);
});

test("a required key that is missing refuses to seal and writes nothing", async () => {
  const { ports, vault } = createScene();
  const before = dump(ports);
  await expect(vault(undefined, { required: true }).seal(TOKENS, CANARY)).rejects.toMatchObject({
    code: "vault-key-required",
  });
  expect(dump(ports)).toBe(before);
});

test.each([
  ["no id", Buffer.alloc(32, 1).toString("base64")],
  ["too short", key("a", 1, 31)],
  ["not base64", "a:%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%"],
  ["an id twice", `${key("a", 1)},${key("a", 2)}`],
  ["an empty entry", `${key("a", 1)},`],
  ["the id of the key that lies in the database", key("*", 1)],
  ["an odd id", key("a b", 1)],
])("a ring that cannot be used is named without showing it: %s", async (_name, keys) => {
  const { vault } = createScene();
  const error: unknown = await vault(keys)
    .seal(TOKENS, CANARY)
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "vault-key-invalid" });
  for (const entry of keys.split(","))
    if (entry.length > 10) expect(String(error)).not.toContain(entry.split(":").at(-1));
});

test("base64url and spaces around entries are read as well", async () => {
  const { vault } = createScene();
  const secret = Buffer.alloc(33, 0xfb);
  const first = vault(`a:${secret.toString("base64")}`);
  first.put(await first.seal(TOKENS, CANARY));
  expect(await vault(` a:${secret.toString("base64url")} , ${NEW}`).open(TOKENS)).toBe(CANARY);
});

test("every changed character of a sealed value is noticed", async () => {
  const { ports, vault } = createScene();
  const keyed = vault(OLD);
  const { address, sealed } = await keyed.seal(TOKENS, CANARY);
  keyed.put({ address, sealed });
  for (let index = 0; index < sealed.length; index += 1) {
    const other = sealed[index] === "A" ? "B" : "A";
    ports.sql.run(
      "UPDATE agents_mcp_vault_secrets SET sealed = ?",
      `${sealed.slice(0, index)}${other}${sealed.slice(index + 1)}`,
    );
    const opened = await keyed.open(TOKENS).catch((error: { code: string }) => error.code);
    // The last character of base64 may hold bits that mean nothing.
    expect([index, opened === CANARY ? "unchanged" : opened]).toEqual([
      index,
      index === sealed.length - 1 ? expect.anything() : "vault-locked",
    ]);
  }
});

test("deleting a server deletes its key, and a value sealed before cannot be written after", async () => {
  const { ports, vault } = createScene();
  const keyed = vault(OLD);
  keyed.put(await keyed.seal(TOKENS, CANARY));
  const late = await keyed.seal(TOKENS, "late");
  keyed.deleteServer("one");
  expect(ports.sql.all("SELECT * FROM agents_mcp_vault_keys")).toEqual([]);
  expect(() => keyed.put(late)).toThrow(expect.objectContaining({ code: "removed" }));
  keyed.put(await keyed.seal(TOKENS, "again"));
  expect(await vault(OLD).open(TOKENS)).toBe("again");
});
