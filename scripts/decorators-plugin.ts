// A Vite plugin that lowers TC39 decorators: Vite 8 leaves them in, and workerd does not parse them.
import { transform } from "esbuild";

/** What a Vite plugin needs to be, without depending on Vite's own types. */
export interface DecoratorsPlugin {
  readonly name: string;
  readonly enforce: "pre";
  transform(code: string, id: string): Promise<{ code: string; map: string } | null>;
}

/** A decorator stands at the start of a line; anything else that matches merely costs a needless transform. */
const MAY_HOLD_DECORATORS = /^\s*@[A-Za-z_$]/m;
const TYPESCRIPT = /\.[cm]?ts(?:x)?(?:\?|$)/;

/** Lower `@callable()` and other standard decorators in an application's TypeScript. */
export function decorators(): DecoratorsPlugin {
  return {
    name: "agents:decorators",
    enforce: "pre",
    async transform(code, id) {
      if (!TYPESCRIPT.test(id) || id.includes("/node_modules/") || !MAY_HOLD_DECORATORS.test(code)) return null;
      const [file = id] = id.split("?");
      const result = await transform(code, {
        loader: file.endsWith("x") ? "tsx" : "ts",
        jsx: "preserve",
        target: "es2022",
        sourcefile: file,
        sourcemap: "external",
        tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true, useDefineForClassFields: true } },
      });
      return { code: result.code, map: result.map };
    },
  };
}
