// The documented React samples as plain JavaScript, written down as the pages have them; only the import differs.
import { useState } from "react";
import { useAgent } from "../src/index.ts";

/** "Connecting to MCP servers": real-time updates. */
export function Dashboard({ host }) {
  const [tools, setTools] = useState([]);
  const [servers, setServers] = useState({});
  const agent = useAgent({
    agent: "MyAgent",
    host,
    onMcpUpdate: (mcpState) => {
      setTools(mcpState.tools);
      setServers(mcpState.servers);
    },
  });
  return (
    <div title={agent.name}>
      <h2>Connected Servers</h2>
      {Object.entries(servers).map(([id, server]) => (
        <div key={id}>
          {server.name}: {server.connectionState}
        </div>
      ))}
      <h2>Available Tools ({tools.length})</h2>
      {tools.map((tool) => (
        <div key={`${tool.serverId}-${tool.name}`}>{tool.name}</div>
      ))}
    </div>
  );
}

/** "Handle OAuth with MCP servers": monitor the status and authorize. */
export function App({ host }) {
  const [mcpState, setMcpState] = useState({ prompts: [], resources: [], servers: {}, tools: [] });
  const agent = useAgent({
    agent: "my-agent",
    name: "session-id",
    host,
    onMcpUpdate: (mcpServers) => {
      // Automatically called when MCP state changes!
      setMcpState(mcpServers);
    },
  });
  return (
    <div title={agent.name}>
      {Object.entries(mcpState.servers).map(([id, server]) => (
        <div key={id}>
          <strong>{server.name}</strong>: {server.state}
          {server.state === "authenticating" && server.auth_url && (
            <button onClick={() => window.open(server.auth_url, "_blank")}>Authorize</button>
          )}
        </div>
      ))}
    </div>
  );
}
