// The steps of the check, in their order: cheap ones first, so that a mistake is named in seconds.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { findBrowser } from "../browser/find-browser.ts";
import { installBrowser } from "../browser/install-browser.ts";
import { ENTRIES, measure, OWN_FOLDER } from "./bundle-size.ts";
import { runTests } from "./count-tests.ts";
import { addressesIn, missingPlatforms, readLockfile } from "./lockfile.ts";
import { packAgents } from "./pack-agents.ts";
import { ROOT } from "./paths.ts";
import { pnpmCommand, turboCommand } from "./pnpm.ts";
import { type Step, StepFailure } from "./step.ts";

/** What `npm test` runs. */
export const STEPS: readonly Step[] = [
  {
    name: "install",
    does: "what the lockfile names, nothing else",
    run: async (step) => void (await step.run(pnpmCommand("install", "--frozen-lockfile"))),
  },
  {
    name: "lockfile",
    does: "every platform is served, no registry is written down",
    async run() {
      const lockfile = readLockfile();
      const missing = missingPlatforms(lockfile);
      if (missing.length > 0) throw new StepFailure(`the lockfile lacks ${missing.join(", ")}`);
      const addresses = addressesIn(lockfile);
      if (addresses.length > 0) throw new StepFailure(`the lockfile names ${addresses.join(", ")}`);
    },
  },
  {
    name: "lint",
    does: "oxlint",
    run: async (step) => void (await step.run(["oxlint", "--deny-warnings"])),
  },
  {
    name: "format",
    does: "oxfmt (`npx pnpm format` repairs)",
    run: async (step) => void (await step.run(["oxfmt", "--check", "."])),
  },
  {
    name: "walls",
    does: "who imports whom",
    run: async (step) =>
      void (await step.run([
        "depcruise",
        "--config",
        ".dependency-cruiser.cjs",
        "packages",
        "apps",
        "bench",
        "scripts",
      ])),
  },
  {
    name: "unused",
    does: "files and dependencies nobody needs, imports nobody declared (knip)",
    run: async (step) => void (await step.run(["knip", "--no-config-hints"])),
  },
  {
    name: "build",
    does: "the published package and the dashboard",
    run: async (step) => void (await step.run(turboCommand("run", "build"))),
  },
  {
    name: "types",
    does: "every package in its own environment",
    async run(step) {
      await step.run(turboCommand("run", "typecheck"));
      await step.run(["tsc", "-p", "scripts/tsconfig.json"]);
    },
  },
  {
    name: "pack",
    does: "agents.tgz as npm would get it",
    async run(step) {
      const packed = await packAgents(step);
      step.note(`${packed.file}, ${packed.files} files, ${Math.round(packed.bytes / 1024)} kB`);
    },
  },
  {
    name: "size",
    does: "what a user's bundle weighs, against its budget",
    async run(step) {
      for (const entry of ENTRIES) {
        const { gzip } = await measure(entry, OWN_FOLDER);
        step.note(`${entry.name} ${(gzip / 1000).toFixed(1)} of ${(entry.budget / 1000).toFixed(1)} kB`);
        if (gzip > entry.budget) throw new StepFailure(`${entry.name}: ${gzip} bytes, ${entry.budget} are budgeted`);
      }
    },
  },
  {
    name: "publint",
    does: "the manifest against the files",
    run: async (step) => void (await step.run(["publint", "--strict", "run", ".artifacts/agents.tgz"])),
  },
  {
    name: "attw",
    does: "every entry resolves to its types",
    run: async (step) =>
      void (await step.run(["attw", ".artifacts/agents.tgz", "--profile", "esm-only", "--no-color"])),
  },
  {
    name: "tests",
    does: "unit, workerd, React, and the packed package in an empty project",
    // Left alone, vitest keeps one core for itself: with two, that is one file after the other. Projects take this from
    // the command line only.
    run: (step) => runTests(step, "tests", ["--maxWorkers=100%"]),
  },
  {
    name: "deploy",
    does: "the dashboard as it would be deployed, without deploying",
    run: async (step) =>
      void (await step.run(["wrangler", "deploy", "--dry-run", "--outdir", "../../.artifacts/dashboard"], {
        cwd: "apps/dashboard",
      })),
  },
  {
    name: "browser",
    does: "a Chrome or Chromium for the next step",
    async run(step) {
      if (findBrowser() === undefined) {
        console.log("no Chrome or Chromium here: running setup:browser");
        const outcome = await installBrowser((text) => console.log(text));
        if (!outcome.ok) throw new StepFailure(outcome.reason);
      }
      step.note(findBrowser() ?? "none");
    },
  },
  {
    name: "end-to-end",
    does: "the dashboard in a browser, against the local providers",
    async run(step) {
      const config = "apps/dashboard/vitest.e2e.config.ts";
      if (!existsSync(join(ROOT, config))) throw new StepFailure(`${config} is missing`);
      await runTests(step, "end-to-end", ["--root", "apps/dashboard", "--config", "vitest.e2e.config.ts"], {
        CHROME_PATH: findBrowser() ?? "",
      });
    },
  },
];

/** What `npm run verify` has beyond `npm test`. */
export const VERIFY_STEPS: readonly Step[] = [
  {
    name: "chaos",
    does: "2 000 random steps against agents in workerd, dropped, evicted and killed; repeat one with CHAOS_SEED",
    run: (step) =>
      runTests(step, "chaos", ["--root", "packages/agents", "test/runtime/chaos.test.ts"], { CHAOS_STEPS: "2000" }),
  },
  {
    name: "conformance",
    does: "the official MCP conformance suite, against an agent in workerd",
    async run(step) {
      const output = await step.run(["node", "apps/conformance/src/main.ts"], { show: /^FAILED / });
      step.note(output.trimEnd().split("\n").at(-1) ?? "");
    },
  },
];
