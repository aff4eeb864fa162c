// Runs the local providers until Ctrl-C: `node src/main.ts [--port 8790] [--state FILE | --no-state] …`.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { DEFAULT_BASE_PORT, startProviders } from "./start-providers.ts";

const { values } = parseArgs({
  allowNegative: true,
  options: {
    port: { type: "string", default: String(DEFAULT_BASE_PORT) },
    "state-file": { type: "string", default: fileURLToPath(new URL("../.state/providers.json", import.meta.url)) },
    state: { type: "boolean", default: true },
    "access-token-ttl": { type: "string" },
    coop: { type: "boolean", default: false },
    control: { type: "boolean", default: false },
  },
});
const accessToken = values["access-token-ttl"];

const providers = await startProviders({
  ports: Number(values.port),
  log: (line) => console.log(line),
  ...(values.state ? { statePath: values["state-file"] } : {}),
  ...(accessToken === undefined ? {} : { ttl: { accessToken: Number(accessToken) } }),
  coop: values.coop,
  control: values.control,
});

console.log(`Authorization server  ${providers.urls.auth}`);
for (const { name, url, auth, era } of providers.list) {
  console.log(`${name.padEnd(20)}  ${url.padEnd(30)}  ${auth === "none" ? "open" : auth}, ${era}`);
}

let stopping = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    void providers.close().then(() => process.exit(0));
  });
}
