import { expect, test } from "vitest";
import { operatorClients } from "./operator-clients.ts";

test("a class names its clients itself, or makes them of the Worker's variables", () => {
  const table = { "github.com": { clientId: "a" } };
  expect(operatorClients({ mcp: { clients: table } }, {})).toEqual(table);
  const clients = ({ ID }: { ID: string }) => ({ "github.com": { clientId: ID } });
  expect(operatorClients({ mcp: { clients } }, { ID: "from-env" })).toEqual({ "github.com": { clientId: "from-env" } });
  expect(operatorClients({}, {})).toEqual({});
});

test("the variable adds to what the class says, and the class has the last word", () => {
  const env = {
    AGENTS_OAUTH_CLIENTS: JSON.stringify({ "a.example": { clientId: "1" }, "b.example": { clientId: "2" } }),
  };
  expect(operatorClients({ mcp: { clients: { "b.example": { clientId: "3" } } } }, env)).toEqual({
    "a.example": { clientId: "1" },
    "b.example": { clientId: "3" },
  });
});

test.each(["CANARY", "[1]", '{"a":"CANARY"}', "null"])(
  "a variable that is no table is refused, unquoted: %s",
  (text) => {
    expect(() => operatorClients({}, { AGENTS_OAUTH_CLIENTS: text })).toThrow(
      expect.objectContaining({ code: "option-invalid", detail: expect.not.stringContaining("CANARY") as unknown }),
    );
  },
);
