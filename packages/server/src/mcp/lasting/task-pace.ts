// When a task is asked after next: as the server wishes, within bounds, and never later than it keeps the result.

/** ms; no server is asked more often, whatever it wishes. */
export const MIN_PACE = 500;
const MAX_MS = 300_000;
/** ms; where a server does not say: a quarter of the task's age, within these. */
const UNSAID = { min: 1000, max: 30_000 } as const;
/** ms; a person who is being asked takes time, and only a question that is withdrawn would be noticed earlier. */
const WHILE_ASKED = 30_000;

export interface TaskClock {
  readonly now: number;
  readonly createdAt: number;
  readonly expiresAt: number | null;
}

/** ms between two questions after the task. */
export function taskPace(
  pollInterval: number | null,
  { now, createdAt }: Pick<TaskClock, "now" | "createdAt">,
): number {
  const wished = pollInterval ?? Math.min(UNSAID.max, Math.max(UNSAID.min, (now - createdAt) / 4));
  return Math.min(MAX_MS, Math.max(MIN_PACE, wished));
}

/** ms since the epoch. */
export function nextPoll(pollInterval: number | null, clock: TaskClock, asks: boolean): number {
  const { now, expiresAt } = clock;
  const pace = Math.max(taskPace(pollInterval, clock), asks ? WHILE_ASKED : 0);
  const left = expiresAt === null ? Infinity : expiresAt - now;
  return Math.ceil(now + (left > 0 ? Math.max(MIN_PACE, Math.min(pace, left / 2)) : pace));
}
