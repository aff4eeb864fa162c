// handle-oauth: monitor the connection
import { useAgent } from "agents/react";
import { useState } from "react";

function App() {
  const [mcpState, setMcpState] = useState({
    prompts: [],
    resources: [],
    servers: {},
    tools: [],
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
            <button onClick={() => window.open(server.auth_url, "_blank")}>Authorize</button>
          )}
        </div>
      ))}
    </div>
  );
}
