const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

const lengths: Readonly<Record<string, number>> = { s: second, m: minute, h: hour, d: day, y: year };

/** Below how long an age is told in which units. */
const scales: readonly (readonly [below: number, units: string])[] = [
  [2 * minute, "s"],
  [10 * minute, "ms"],
  [3 * hour, "m"],
  [8 * hour, "hm"],
  [2 * day, "h"],
  [8 * day, "dh"],
  [2 * year, "d"],
  [8 * year, "yd"],
];

/** How kubectl's columns tell an age: "45s", "7m12s", "5h", "3d4h", "237d". */
export function age(milliseconds: number): string {
  let left = Math.max(0, milliseconds);
  const [, units] = scales.find(([below]) => left < below) ?? [0, "y"];
  const parts = [...units].map((unit, index) => {
    const length = lengths[unit] ?? second;
    const count = Math.floor(left / length);
    left -= count * length;
    return count === 0 && index > 0 ? "" : `${count}${unit}`;
  });
  return parts.join("");
}
