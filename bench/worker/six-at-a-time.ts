// The Worker under a limit of the platform that plain workerd does not have.
import "./limit-fetch.ts";

export { Bench, CountedBench, default } from "./worker.ts";
