// The demo in a process of its own, so that a test can end it like a person would and start it again.
import { startDemo } from "../../../../scripts/start.ts";

/** What the test says at the start, as JSON in the first argument. */
export interface DemoRequest {
  readonly dashboardPort: number;
  readonly providersPort: number;
  readonly stateDir: string;
  readonly build: boolean;
}

/** What it is told in return. */
export type DemoMessage =
  | { readonly type: "log"; readonly line: string }
  | { readonly type: "started"; readonly url: string; readonly providers: Readonly<Record<string, string>> };

const tell = (message: DemoMessage) => process.send?.(message);
const request = JSON.parse(process.argv[2] ?? "{}") as DemoRequest;

const demo = await startDemo({
  ports: { dashboard: request.dashboardPort, providers: request.providersPort },
  stateDir: request.stateDir,
  build: request.build,
  providers: { control: true },
  log: (line) => tell({ type: "log", line }),
});
const stop = () => void demo.close().finally(() => process.exit(0));
process.on("message", stop);
process.on("disconnect", stop);
tell({ type: "started", url: demo.url, providers: demo.providers.urls });
