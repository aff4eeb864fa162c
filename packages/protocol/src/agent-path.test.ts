import { describe, expect, test } from "vitest";
import { buildAgentPath, camelCaseToKebabCase, parseAgentPath } from "./index.ts";

test.each([
  ["MyAgent", "my-agent"],
  ["myAgent", "my-agent"],
  ["my-agent", "my-agent"],
  ["MY_AGENT", "my-agent"],
  ["my_agent", "my-agent"],
  ["AIAssistant", "a-i-assistant"],
  ["MyMCPAgent", "my-m-c-p-agent"],
  ["AI", "ai"],
  ["Agent2", "agent2"],
  ["AGENT_2", "agent-2"],
  ["_Private", "private"],
  ["Trailing_", "trailing"],
  ["A", "a"],
  ["123", "123"],
  ["", ""],
])("%s becomes %j", (name, kebab) => {
  expect(camelCaseToKebabCase(name)).toBe(kebab);
});

test("kebab-case stays what it is", () => {
  for (const name of ["MyAgent", "AIAssistant", "MY_AGENT", "snake_case"]) {
    const once = camelCaseToKebabCase(name);
    expect(camelCaseToKebabCase(once)).toBe(once);
  }
});

describe("a path", () => {
  test("is built below the prefix, with the instance encoded", () => {
    expect(buildAgentPath({ agent: "MyAgent", name: "default" })).toBe("/agents/my-agent/default");
    expect(buildAgentPath({ agent: "MyAgent", name: "a/b c?é" })).toBe("/agents/my-agent/a%2Fb%20c%3F%C3%A9");
    expect(buildAgentPath({ agent: "MyAgent", name: "x", prefix: "/api/v1/" })).toBe("/api/v1/my-agent/x");
  });

  test.each(["default", "a/b", "ünïcode 🙂", "50%", "%2F", "a?b#c", "__proto__"])(
    "gives the instance %j back",
    (name) => {
      const { pathname } = new URL(buildAgentPath({ agent: "MyAgent", name }), "https://agent.example");
      expect(parseAgentPath(`${pathname}/rest/of`)).toEqual({ agent: "my-agent", name, rest: "rest/of" });
    },
  );

  test("may have nothing, or only a slash, after the instance", () => {
    expect(parseAgentPath("/agents/my-agent/default")).toMatchObject({ rest: "" });
    expect(parseAgentPath("/agents/my-agent/default/")).toMatchObject({ rest: "" });
  });

  test("is read below another prefix", () => {
    expect(parseAgentPath("/api/v1/my-agent/x/y", "api/v1")).toEqual({ agent: "my-agent", name: "x", rest: "y" });
    expect(parseAgentPath("/agents/my-agent/x", "api")).toBeNull();
  });

  test("with broken encoding stands for itself", () => {
    expect(parseAgentPath("/agents/my-agent/50%")).toMatchObject({ name: "50%" });
  });

  test.each([
    "/",
    "",
    "/agents",
    "/agents/",
    "/agents/my-agent",
    "/agents/my-agent/",
    "/agents//x",
    "/other/my-agent/x",
    "/agentsx/a/b",
  ])("%j is no agent's", (pathname) => {
    expect(parseAgentPath(pathname)).toBeNull();
  });
});
