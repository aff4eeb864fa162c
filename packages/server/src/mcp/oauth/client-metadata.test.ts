import { expect, test } from "vitest";
import { checkClientMetadataUrl, clientMetadataResponse } from "./client-metadata.ts";

const URL_OF_DOCUMENT = "https://app.example/oauth/client.json";

test("the document names itself, and a client without a secret", async () => {
  const redirectUris = ["https://app.example/callback"];
  const response = clientMetadataResponse({ url: URL_OF_DOCUMENT, name: "App", redirectUris });
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(await response.json()).toEqual({
    client_id: URL_OF_DOCUMENT,
    client_name: "App",
    redirect_uris: redirectUris,
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    token_endpoint_auth_method: "none",
  });
});

test("the address is taken as it is", () => {
  expect(checkClientMetadataUrl(URL_OF_DOCUMENT)).toBe(URL_OF_DOCUMENT);
});

test.each([
  "http://app.example/client.json",
  "https://app.example",
  "https://app.example/",
  "https://app.example/a/../client.json",
  "https://app.example/client.json?v=1",
  "https://app.example/client.json#x",
  "https://me@app.example/client.json",
  "/client.json",
])("%s cannot be a client id", (url) => {
  expect(() => checkClientMetadataUrl(url)).toThrow(expect.objectContaining({ code: "option-invalid" }));
});
