// Which packages a minified bundle is made of.
import { bundle, type BundleOptions } from "./bundle.ts";
import { placeOf } from "./profile/origin.ts";
import type { Share } from "./profile/summary.ts";
import type { Side } from "./side.ts";

/** Bytes by package, before gzip, the heaviest first. */
export async function bundleParts(source: string, side: Side, options: BundleOptions): Promise<readonly Share[]> {
  const { bytes } = await bundle(source, side.folder, options);
  const packages = new Map<string, number>();
  for (const [path, size] of bytes) {
    const { packageName } = placeOf(path);
    packages.set(packageName, (packages.get(packageName) ?? 0) + size);
  }
  const shares = [...packages].map(([name, self]) => ({ name, self, inclusive: self }));
  return shares.toSorted((a, b) => b.self - a.self);
}
