// All scenarios, those that matter most first.
import type { Scenario } from "../scenario.ts";
import { connect } from "./connect.ts";
import { messageWake } from "./message-wake.ts";
import { newAgent } from "./new-agent.ts";
import { rpc } from "./rpc.ts";
import { toolCall } from "./tool-call.ts";
import { wake } from "./wake.ts";

export const SCENARIOS: readonly Scenario[] = [wake, messageWake, connect, toolCall, rpc, newAgent];
