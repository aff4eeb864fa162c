// The literal names of wire messages; equal to the reference's where it has them, so that either side can talk to the other's.

/** The `type` of every text frame that the agent and its clients exchange. */
export const MessageType = {
  CF_AGENT_IDENTITY: "cf_agent_identity",
  CF_AGENT_STATE: "cf_agent_state",
  CF_AGENT_STATE_ERROR: "cf_agent_state_error",
  CF_AGENT_MCP_SERVERS: "cf_agent_mcp_servers",
  CF_AGENT_MCP_PATCH: "cf_agent_mcp_patch",
  CF_AGENT_MCP_ELICITATIONS: "cf_agent_mcp_elicitations",
  CF_AGENT_MCP_ELICITATION_ANSWER: "cf_agent_mcp_elicitation_answer",
  RPC: "rpc",
} as const;

export type MessageType = (typeof MessageType)[keyof typeof MessageType];
