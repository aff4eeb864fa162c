// Where things lie in the checkout.
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
/** Everything a run leaves behind: logs, test reports, the packed package. Not committed. */
export const ARTIFACTS = resolve(ROOT, ".artifacts");
