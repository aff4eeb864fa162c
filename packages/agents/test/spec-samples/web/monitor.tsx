// handle-oauth: monitor the connection
import { useAgent } from "agents/react";
import type { MCPServersState } from "agents/client";
import { useState } from "react";

export function App() {
  const [mcpState, setMcpState] = useState<MCPServersState>({
    prompts: [],
    resources: [],
    servers: {},
    tools: [],
    resourceTemplates: [],
  });

  const agent = useAgent({
    agent: "my-agent",
    name: "session-id",
    onMcpUpdate: (mcpServers) => {
      // Automatically called when MCP state changes!
      setMcpState(mcpServers);
    },
  });

  return (
    <div>
      {Object.entries(mcpState.servers).map(([id, server]) => (
        <div key={id}>
          <strong>{server.name}</strong>: {server.state}
          {server.state === "authenticating" && server.auth_url && (
            <button onClick={() => window.open(server.auth_url ?? undefined, "_blank")}>Authorize</button>
          )}
        </div>
      ))}
    </div>
  );
}
