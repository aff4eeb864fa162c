// What a process has used so far, from the kernel's own books (Linux).
import { readdirSync, readFileSync } from "node:fs";

export interface ProcessUsage {
  /** CPU time of all threads, in ms. */
  cpu(): number;
  /** Resident memory, in bytes. */
  memory(): number;
}

/** ms; `utime` and `stime` count in these. */
const TICK = 10;

export function usageOf(pid: number): ProcessUsage {
  /** Run time of each thread in ms; a thread that has ended keeps what it had. */
  const threads = new Map<string, number>();
  return {
    cpu() {
      try {
        for (const thread of readdirSync(`/proc/${pid}/task`)) {
          const nanoseconds = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0];
          threads.set(thread, Number(nanoseconds) / 1e6);
        }
        return [...threads.values()].reduce((sum, each) => sum + each, 0);
      } catch {
        return ticksOf(pid) * TICK;
      }
    },
    memory() {
      const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
      return Number(kilobytes) * 1024;
    },
  };
}

/** utime and stime: fields 14 and 15, counted after the name, which may hold anything. */
function ticksOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}
