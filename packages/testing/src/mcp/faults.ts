// The ways in which MCP servers out there fail, one switch each.

/** Fault → what the server then does. Faults of the HTTP kind hit every POST that got past authorization. */
export const MCP_SERVER_FAULTS = {
  html: "answers with a web page and status 200",
  "http-500": "answers with status 500",
  "http-404": "answers with status 404, as if there were no such endpoint",
  "http-405": "refuses POST, as a server of the oldest transport does",
  redirect: "sends the client to another host (307)",
  "cut-body": "stops in the middle of the answer",
  "not-json-rpc": "answers JSON that is no JSON-RPC message",
  "wrong-version": "answers the handshake with a protocol version nobody knows",
  hang: "never answers",
  huge: "answers with `hugeBytes` of text",
  "session-lost": "forgets each session as soon as its handshake is over (404)",
  "session-lost-400": "the same, but says 400, as some servers do",
  "no-stream": "offers no stream for what it says unasked (405, or -32601 in 2026-07-28)",
  "endless-pages": "always names one more page",
  "broken-tools": "fails to list its tools",
  "broken-prompts": "fails to list its prompts",
  "broken-resources": "fails to list its resources",
  "broken-templates": "fails to list its resource templates",
  "no-result-type": "leaves out `resultType` in results of 2026-07-28",
  "bare-challenge": "answers 401 without saying where its metadata is",
  "no-metadata": "has no protected resource metadata",
  mixed: "lets anyone in, and asks for a sign-in (401) only where a tool has `requiredScopes`",
  "prefix-resource": "its protected resource metadata is for its whole origin",
  "metadata-401": "its CDN answers 401 below the well-known path; the metadata is at the root of it only",
  "metadata-403": "the same, with 403",
  "tokens-rejected": "refuses every token (401), however new",
  "foreign-resource": "its protected resource metadata belongs to another address",
} as const;

/** Attack → what the server then tries. */
export const MCP_SERVER_ATTACKS = {
  "metadata-internal": "says that its metadata is at the metadata address of cloud machines (169.254.169.254)",
  "challenge-planted": "writes parameters of its own into the quoted text of its challenge",
  "scope-flood": "asks for 1,500 scopes",
  "tool-names-hostile": "names tools after what every object has, and with signs that reverse text",
} as const;

export type McpServerFault = keyof typeof MCP_SERVER_FAULTS;
export type McpServerAttack = keyof typeof MCP_SERVER_ATTACKS;
/** Whatever can be switched on a mock MCP server. */
export type McpServerSwitch = McpServerFault | McpServerAttack;
