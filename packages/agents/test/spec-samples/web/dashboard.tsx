// connecting-to-mcp-servers: live updates in React
import { useAgent } from "agents/react";
import { useState } from "react";
import type { MCPServersState } from "agents/client";

export function Dashboard() {
  const [tools, setTools] = useState<MCPServersState["tools"]>([]);
  const [servers, setServers] = useState<MCPServersState["servers"]>({});

  const agent = useAgent({
    agent: "MyAgent",
    onMcpUpdate: (mcpState) => {
      setTools(mcpState.tools);
      setServers(mcpState.servers);
    },
  });

  return (
    <div>
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
