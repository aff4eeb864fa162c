// Profiles of what a scenario measures, stretch by stretch.
import type { CpuProfile } from "./cpu-profile.ts";
import { type Inspector, openInspector } from "./inspector.ts";

export interface Profiler {
  /** Profiles the process that has its inspector at `origin` while `act` runs. */
  during<T>(origin: string, stretch: string, act: () => Promise<T>): Promise<T>;
  /** In the order in which they were first seen. Stretches of the same name are one. */
  readonly profiles: ReadonlyMap<string, readonly CpuProfile[]>;
}

export function createProfiler(): Profiler {
  const inspectors = new Map<string, Promise<Inspector>>();
  const profiles = new Map<string, CpuProfile[]>();
  return {
    profiles,
    async during(origin, stretch, act) {
      const opened = inspectors.get(origin) ?? openInspector(origin);
      inspectors.set(origin, opened);
      const inspector = await opened;
      await inspector.startProfile();
      try {
        return await act();
      } finally {
        const sofar = profiles.get(stretch) ?? [];
        profiles.set(stretch, [...sofar, await inspector.stopProfile()]);
      }
    },
  };
}
