// Finds the package managers this process was started through.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

type Ancestor = { readonly parent: number; readonly command: string };

/** As a program of its own, or as a script that Node runs. */
const PACKAGE_MANAGER = /^(?:\S*node(?:\.exe)?\s+)?(?:\S*\/)?(?:npm|npx|pnpm|yarn|corepack|turbo)(?:[-.]\w+)*(?:\s|$)/;
const SHELL = /^\S*\b(?:sh|bash|dash|zsh|cmd(?:\.exe)?)\b/;

/**
 * Process ids from our parent up to the outermost package manager; what started that (a terminal, a supervisor) is not
 * among them. Empty when there is none, or where the system does not say (Windows).
 */
export function launcherPids(look: (pid: number) => Ancestor | undefined = lookUp): readonly number[] {
  const chain: number[] = [];
  let known = 0;
  for (let pid = process.ppid; pid > 1;) {
    const ancestor = look(pid);
    if (ancestor === undefined) break;
    chain.push(pid);
    if (PACKAGE_MANAGER.test(ancestor.command)) known = chain.length;
    else if (!SHELL.test(ancestor.command)) break;
    pid = ancestor.parent;
  }
  return chain.slice(0, known);
}

function lookUp(pid: number): Ancestor | undefined {
  try {
    if (process.platform === "linux") return fromProc(pid);
    if (process.platform === "win32") return undefined;
    const text = execFileSync("ps", ["-o", "ppid=,command=", "-p", String(pid)], { encoding: "utf8" }).trim();
    const space = text.indexOf(" ");
    return { parent: Number(text.slice(0, space)), command: text.slice(space + 1) };
  } catch {
    return undefined;
  }
}

/** `/proc/PID/stat` is `pid (name) state ppid …`, and a name may hold anything. */
function fromProc(pid: number): Ancestor {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  return { parent: Number(fields[1]), command };
}
