// All scenarios, those that matter most first.
import type { Scenario } from "../scenario.ts";
import { broadcast } from "./broadcast.ts";
import { coldStart } from "./cold-start.ts";
import { connectKnown } from "./connect-known.ts";
import { connect } from "./connect.ts";
import { hundredClients } from "./hundred-clients.ts";
import { hundredServers } from "./hundred-servers.ts";
import { manySockets } from "./many-sockets.ts";
import { memory } from "./memory.ts";
import { messageWake } from "./message-wake.ts";
import { newAgent } from "./new-agent.ts";
import { rpc } from "./rpc.ts";
import { signInScenario } from "./sign-in.ts";
import { size } from "./size.ts";
import { sleep } from "./sleep.ts";
import { toolCall } from "./tool-call.ts";
import { tools } from "./tools.ts";
import { visitScenario } from "./visit.ts";
import { wake, wakeFar, wakeModern } from "./wake.ts";

export const SCENARIOS: readonly Scenario[] = [
  wake,
  wakeModern,
  wakeFar,
  messageWake,
  connect,
  connectKnown,
  signInScenario,
  toolCall,
  rpc,
  newAgent,
  broadcast,
  hundredClients,
  tools,
  memory,
  hundredServers,
  manySockets,
  coldStart,
  sleep,
  visitScenario,
  size,
];
