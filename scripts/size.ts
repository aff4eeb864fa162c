// Says what a user's bundle weighs. `node scripts/size.ts [folder]` puts a second `agents`, installed in that folder, beside ours.
import { resolve } from "node:path";
import { ENTRIES, measure, OWN_FOLDER } from "./check/bundle-size.ts";

const beside = process.argv[2];
for (const entry of ENTRIES) {
  const ours = await measure(entry, OWN_FOLDER);
  const line = `${entry.name}: ${ours.minified} B minified, ${ours.gzip} B gzip`;
  if (beside === undefined) {
    console.log(line);
  } else {
    const other = await measure(entry, resolve(beside));
    console.log(`${line}; beside it ${other.minified} / ${other.gzip} B, ratio ${(ours.gzip / other.gzip).toFixed(2)}`);
  }
}
