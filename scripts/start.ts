// `npm start`: the demo until Ctrl-C.
import { fileURLToPath } from "node:url";
import { startDemo } from "./demo/start-demo.ts";
import { whenToldToStop } from "./demo/when-told-to-stop.ts";

export { type DemoOptions, type RunningDemo, startDemo } from "./demo/start-demo.ts";

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const log = (line: string): void => console.log(line);
  log("starting the demo");
  const starting = startDemo({ log });
  whenToldToStop(() => {
    log("stopping");
    void starting
      .then((demo) => demo.close())
      .catch(() => {})
      .finally(() => process.exit(0));
  });
  try {
    const { url } = await starting;
    log(`\ndashboard: ${url}   (Ctrl-C stops everything)`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
