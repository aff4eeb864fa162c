// Where things lie in the checkout.
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const BENCH = join(ROOT, "bench");
export const RESULTS = join(BENCH, "results");
/** The packages under measurement. Not committed. */
export const INSTALLED = join(BENCH, ".installed");
export const TARBALL = join(ROOT, ".artifacts/agents.tgz");
