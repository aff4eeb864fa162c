// @vitest-environment node
import { renderToString } from "react-dom/server";
import { expect, test } from "vitest";
import { useAgent, useMcpAuthorize, useMcpServers, useMcpTools } from "./index.ts";

function App() {
  const agent = useAgent<{ count: number }>({ agent: "MyAgent" });
  const servers = useMcpServers(agent);
  const tools = useMcpTools(agent, "s1");
  const { status } = useMcpAuthorize(agent, "s1");
  return <p>{`${status} ${agent.state?.count ?? "no state"} ${Object.keys(servers).length} ${tools.length}`}</p>;
}

test("rendering on a server needs no browser and connects to nothing", () => {
  expect(renderToString(<App />)).toBe("<p>idle no state 0 0</p>");
});
