// Made-up weather: looks plausible, and is always the same for the same place and day.
import { createHash } from "node:crypto";

export const CITIES = ["Accra", "Hanoi", "Lima", "Lisbon", "Oslo", "Wellington"] as const;
export type City = (typeof CITIES)[number];

const SKIES = ["sunny", "cloudy", "rain", "wind", "snow", "thunder"] as const;
const DAY_MS = 86_400_000;

export interface ForecastDay {
  /** ISO date */
  readonly date: string;
  readonly sky: (typeof SKIES)[number];
  /** °C */
  readonly high: number;
  readonly low: number;
}

export function forecast(city: City, days: number, from: number): ForecastDay[] {
  return Array.from({ length: days }, (_, index) => {
    const date = new Date(from + index * DAY_MS).toISOString().slice(0, 10);
    const hash = createHash("sha256").update(`${city} ${date}`).digest();
    const low = ((hash[0] ?? 0) % 25) - 5;
    return { date, sky: SKIES[(hash[1] ?? 0) % SKIES.length] ?? "sunny", low, high: low + 3 + ((hash[2] ?? 0) % 9) };
  });
}
