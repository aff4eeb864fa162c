// Who may import whom. ARCHITECTURE.md says why; a wall broken here fails the build.

/** The modules of one of our own packages, seen from any other. */
const inside = (name) => `^packages/${name}/`;
const MCP = "^packages/server/src/mcp/";
const SDK = "(^|/)@modelcontextprotocol/";
/** Tests may reach further than the code they test. */
const TESTS = "\\.test\\.tsx?$|/test/|/e2e/";
/** Folders under `mcp/` that are put together by others and never know one another. */
const PARTS = ["oauth", "transport", "catalog", "storage", "lifecycle"];

/** Rooms that make something of what the parts do. They name one another as types, and are handed what they use. */
const ROOMS = ["lasting", "elicitation", "timeline", "publish"];
/** What they may use of another: the states and their public names, which are pure functions. */
const STATES = `${MCP}lifecycle/(state|to-public-state)\\.ts$`;

/** What a part may name as a type: the state a row holds, and the session it is handed. */
const SEAMS = ["lifecycle/state", "session/session"].map((file) => `${MCP}${file}\\.ts$`);

module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      comment: "Two files that need each other are one file, or miss a third. Types may: they are gone when it runs.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "nothing-unresolved",
      comment: "An import that leads nowhere, or to a package the manifest does not name.",
      severity: "error",
      from: { pathNot: [TESTS, "^packages/agents/test/spec-samples/"] },
      to: { couldNotResolve: true, pathNot: ["^cloudflare:", "^virtual:", "^agents(/|$)", "\\.css$"] },
    },
    {
      name: "protocol-stands-alone",
      comment: "The wire contract imports nothing of ours.",
      severity: "error",
      from: { path: inside("protocol") },
      to: { path: "^(packages|apps)/", pathNot: inside("protocol") },
    },
    {
      name: "server-and-client-never-meet",
      comment: "Neither values nor types; they share the protocol.",
      severity: "error",
      from: { path: inside("server"), pathNot: TESTS },
      to: { path: `${inside("(client|react)")}` },
    },
    {
      name: "client-knows-only-the-protocol",
      severity: "error",
      from: { path: inside("client"), pathNot: TESTS },
      to: { path: "^(packages|apps)/", pathNot: inside("(client|protocol)") },
    },
    {
      name: "react-knows-client-and-protocol",
      severity: "error",
      from: { path: inside("react"), pathNot: TESTS },
      to: { path: "^(packages|apps)/", pathNot: inside("(react|client|protocol)") },
    },
    {
      name: "testing-knows-no-server",
      comment: "What users test with talks to an agent as any browser or MCP server would.",
      severity: "error",
      from: { path: inside("testing"), pathNot: TESTS },
      to: { path: "^(packages|apps)/", pathNot: inside("(testing|protocol|client|react)") },
    },
    {
      name: "apps-use-what-is-published",
      comment: "An app, and the benchmark, sees what a user sees: `agents` and its entries, never an internal package.",
      severity: "error",
      from: { path: "^(apps|bench)/" },
      to: { path: "^packages/", pathNot: inside("agents") },
    },
    {
      name: "packages-know-no-app",
      severity: "error",
      from: { path: "^packages/" },
      to: { path: "^(apps|bench)/" },
    },
    {
      name: "benchmark-stands-alone",
      comment: "It measures what is published, and nothing needs it.",
      severity: "error",
      from: { path: "^bench/", pathNot: "^bench/worker/" },
      to: { path: "^(apps|scripts|bench/worker)/" },
    },
    {
      name: "mcp-is-not-the-agent",
      comment:
        "The MCP engine receives ports, so that it also runs in plain Node and in a Durable Object that is no Agent.",
      severity: "error",
      from: { path: MCP, pathNot: TESTS },
      to: { path: "^packages/server/src/(agent|routing)/|^cloudflare:|^partyserver$|/node_modules/partyserver/" },
    },
    {
      name: "no-sdk-in-the-product",
      comment: "The protocol is spoken by session/protocol and transport; servers to test against are made of the SDK.",
      severity: "error",
      from: { path: "^packages/[^/]+/src/", pathNot: TESTS },
      to: { path: SDK },
    },
    ...PARTS.map((part) => ({
      name: `mcp-${part}-knows-no-sibling`,
      comment: "Only the manager and the runner compose the parts; what they share lies in mcp/ itself.",
      severity: "error",
      from: { path: `${MCP}${part}/`, pathNot: [TESTS, `${MCP}lifecycle/runner`] },
      to: { path: `${MCP}(${PARTS.filter((other) => other !== part).join("|")})/`, pathNot: SEAMS },
    })),
    {
      name: "seams-cross-as-types",
      comment: "The parts may name the stored state and the session they are given, never build one.",
      severity: "error",
      from: { path: `${MCP}(${PARTS.join("|")})/`, pathNot: [TESTS, `${MCP}(lifecycle|storage)/`] },
      to: { path: SEAMS, dependencyTypesNot: ["type-only"] },
    },
    ...ROOMS.map((room) => ({
      name: `mcp-${room}-is-handed-what-it-uses`,
      comment: "Types of other folders only; the engine puts them together.",
      severity: "error",
      from: { path: `${MCP}${room}/`, pathNot: TESTS },
      to: {
        path: `${MCP}[^/]+/`,
        pathNot: [`${MCP}${room}/`, STATES],
        dependencyTypesNot: ["type-only"],
      },
    })),
    {
      name: "parts-name-rooms-only",
      comment: "A part reports to a room and never builds one.",
      severity: "error",
      from: { path: `${MCP}(${PARTS.join("|")})/`, pathNot: [TESTS, `${MCP}lifecycle/runner`] },
      to: { path: `${MCP}(servers|${ROOMS.join("|")})/`, dependencyTypesNot: ["type-only"] },
    },
    {
      name: "moving-in-happens-once",
      comment:
        "What knows another package's rows is known to nobody but the engine, and can be deleted with it one day.",
      severity: "error",
      from: { path: "^packages/server/src/", pathNot: [TESTS, `${MCP}adoption/`, `${MCP}engine\\.ts$`] },
      to: { path: `${MCP}adoption/` },
    },
    {
      name: "session-knows-transport-only",
      severity: "error",
      from: { path: `${MCP}session/`, pathNot: TESTS },
      to: { path: `${MCP}(oauth|catalog|storage|lifecycle|lasting|timeline|publish|adoption)/` },
    },
    {
      name: "no-test-code-in-the-product",
      severity: "error",
      from: { path: "^packages/[^/]+/src/", pathNot: TESTS },
      to: { path: TESTS },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: {
      path: "(^|/)(dist|\\.artifacts|\\.installed|\\.state|\\.wrangler|\\.turbo)/|^packages/agents/test/spec-samples/",
    },
    tsPreCompilationDeps: true,
    preserveSymlinks: false,
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "default"],
      extensions: [".ts", ".tsx", ".d.ts", ".js", ".mjs", ".json"],
    },
  },
};
