// What a connection takes when something is known of the server already: its host, or the server itself.
import { type Scenario, value } from "../scenario.ts";
import type { Side } from "../side.ts";
import { setStage } from "../stage.ts";
import type { Traffic } from "../servers/protocol.ts";

/** Late enough that what travels together is seen to. */
const DISTANCE_MS = 50;

type Known = "host" | "server";

async function connectAgain(side: Side, era: "legacy" | "modern", known: Known): Promise<Traffic> {
  const options = { era, servers: 2, sharedHost: true, delayMs: DISTANCE_MS } as const;
  await using stage = await setStage(side, options);
  const { runtime, fleet } = stage;
  const [first] = fleet.urls;
  await runtime.call("Bench/a", "addServers", [first]);
  if (known === "server") await runtime.call("Bench/a", "closeConnection");
  await fleet.forgetTraffic();
  await runtime.call("Bench/a", "addServers", known === "server" ? [first] : fleet.urls);
  return fleet.traffic();
}

export const connectKnown: Scenario = {
  name: "connect-known",
  title: "Connect 1 × 10 until ready, era known",
  repetitions: 1,
  exact: true,
  rows: [
    { key: "legacy host requests", label: "2025-11-25, second server of a host: HTTP requests", unit: "" },
    {
      key: "legacy host",
      label: "2025-11-25, second server of a host: exchanges in sequence",
      unit: "",
      target: value(3),
    },
    { key: "legacy server requests", label: "2025-11-25, again after a disconnect: HTTP requests", unit: "" },
    {
      key: "legacy server",
      label: "2025-11-25, again after a disconnect: exchanges in sequence",
      unit: "",
      target: value(3),
    },
    { key: "modern host requests", label: "2026-07-28, second server of a host: HTTP requests", unit: "" },
    {
      key: "modern host",
      label: "2026-07-28, second server of a host: exchanges in sequence",
      unit: "",
      target: value(1),
    },
    { key: "modern server requests", label: "2026-07-28, again after a disconnect: HTTP requests", unit: "" },
    {
      key: "modern server",
      label: "2026-07-28, again after a disconnect: exchanges in sequence",
      unit: "",
      target: value(1),
    },
  ],
  async run(side) {
    const figures: Record<string, number> = {};
    for (const era of ["legacy", "modern"] as const) {
      for (const known of ["host", "server"] as const) {
        const { requests, exchanges } = await connectAgain(side, era, known);
        figures[`${era} ${known} requests`] = requests;
        figures[`${era} ${known}`] = exchanges;
      }
    }
    return figures;
  },
};
