import { expect, test } from "vitest";
import { DEFAULT_OPTIONS } from "../storage/servers-table.ts";
import { mergeOptions } from "./server-options.ts";

const SECRETS = { headers: [], clientSecret: null, grant: null, props: null };
const ISSUER = "https://as.example";

// What a typo hides from the vault would lie in clear.
test.each<[string, object]>([
  ["oauth.clientSecret", { clientSecret: "s3cret" }],
  ["oauth.client_secret", { client: { clientId: "c", issuer: ISSUER }, client_secret: "s3cret" }],
  ["oauth.client.client_secret", { client: { clientId: "c", issuer: ISSUER, client_secret: "s3cret" } }],
  ["oauth.client.secret", { client: { clientId: "c", issuer: ISSUER, secret: "s3cret" } }],
  ["oauth.__proto__", JSON.parse(`{"__proto__":{"clientSecret":"s3cret"}}`)],
])("%s is no option: it is refused by name, and its value is not repeated", (name, oauth) => {
  const merge = () => mergeOptions({ stored: DEFAULT_OPTIONS, secrets: SECRETS }, { oauth });
  expect(merge).toThrow(expect.objectContaining({ code: "option-invalid", detail: `${name} is no option.` }));
  expect(merge).not.toThrow(/s3cret/);
});

test("what is known is kept", () => {
  const { stored } = mergeOptions({ stored: DEFAULT_OPTIONS, secrets: SECRETS }, { oauth: { scopes: ["a"] } });
  expect(stored.oauth).toEqual({ scopes: ["a"] });
});
