// Which agent this browser talks to: a random name made once and kept here, as the demo has no login.

const KEY = "dashboard:agent";
const SHAPE = /^[0-9a-f]{32}$/;

export function agentName(storage: Storage = localStorage): string {
  const kept = storage.getItem(KEY);
  if (kept !== null && SHAPE.test(kept)) return kept;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const made = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  storage.setItem(KEY, made);
  return made;
}
