import { expect, test } from "vitest";
import { describeError } from "./error-advice.ts";
import { ERROR_CODES, type ErrorCode } from "./error-code.ts";

const CODES = Object.keys(ERROR_CODES) as ErrorCode[];

/** The page of the documentation, in the order of the table. */
function errorPage(): string {
  const entries = CODES.map(describeError).map(
    ({ code, message, advice, retryable }) =>
      `## \`${code}\`\n\n${message}\n\n${advice}\n\n${retryable ? "Asking again may help." : "Asking again does not help."}\n`,
  );
  return `# Error codes

Every error of this package has a stable \`code\`; \`error_code\` in the state of a server and in its timeline is the same name.
Decide by the code and never by the words. \`describeError(code)\` of \`agents/mcp\` and \`agents/client\` gives the lines below.

This page is made from the table of codes: \`vitest run --project protocol -u\` writes it anew.

${entries.join("\n")}`;
}

test("the documentation lists every code with what to do about it", async () => {
  await expect(errorPage()).toMatchFileSnapshot("../../../docs/errors.md");
});

test.each(CODES)("%s is explained in whole sentences", (code) => {
  const { message, advice } = describeError(code);
  expect(message).toMatch(/^[A-Z]/);
  expect(advice).toMatch(/^[A-Z].*\.$/s);
});

test.each([
  ["issuer-not-identical", "issuerAlias"],
  ["resource-prefix", "prefixResource"],
  ["pkce-unadvertised", "unadvertisedPkce"],
  ["resource-refused", "omitResource"],
  ["resource-metadata-missing", "noResourceMetadata"],
] as const)("%s names the exception that helps", (code, exception) => {
  expect(describeError(code).advice).toContain(`oauth.exceptions.${exception}`);
});
