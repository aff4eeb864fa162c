// handle-oauth: handle failures
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
      setMcpState(mcpServers);
    },
  });

  const handleRetry = async (serverId: string, serverUrl: string, name: string) => {
    // Remove failed connection
    await fetch(`/agents/my-agent/session-id/disconnect`, {
      method: "POST",
      body: JSON.stringify({ serverId }),
    });

    // Retry connection
    const response = await fetch(`/agents/my-agent/session-id/connect-observability`, {
      method: "POST",
      body: JSON.stringify({ serverUrl, name }),
    });
    const { authUrl } = await response.json();
    if (authUrl) window.open(authUrl, "_blank");
  };

  return (
    <div>
      {Object.entries(mcpState.servers).map(([id, server]) => (
        <div key={id}>
          <strong>{server.name}</strong>: {server.state}
          {server.state === "failed" && (
            <div>
              <p>Connection failed. Please try again.</p>
              <button onClick={() => handleRetry(id, server.server_url, server.name)}>Retry Connection</button>
            </div>
          )}
        </div>
      ))}
    </div>
  );
}
