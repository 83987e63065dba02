/** A moment of the domain's clock: milliseconds since the Unix epoch. Only `src/main.ts` knows where it comes from. */
export type Instant = number;

/** A length of domain time in milliseconds. */
export type Milliseconds = number;

export const second: Milliseconds = 1_000;
export const minute: Milliseconds = 60 * second;
export const hour: Milliseconds = 60 * minute;
export const day: Milliseconds = 24 * hour;

/** Says a length of time the way a person would: "45 s", "12 min", "3 h 5 min", "2 days 12 h". */
export function sayDuration(length: Milliseconds): string {
  const seconds = Math.max(0, Math.round(length / second));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} days` : `${days} days ${hours % 24} h`;
}
