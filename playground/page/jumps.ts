import type { World } from "../world/state.js";
import type { JumpId } from "./protocol.js";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** Every time zone of our days is whole quarters of an hour away from UTC. */
const quarter = 15 * minute;

/** The moment to which a button moves the time. */
export function momentOf(to: JumpId, now: number, timeZone: string): number {
  if (to === "1 hour") return now + hour;
  if (to === "1 day") return now + day;
  return nextTime(now, to, timeZone);
}

/** When it will be that time of day in the zone, after now. */
export function nextTime(now: number, time: string, timeZone: string): number {
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" });
  let at = (Math.floor(now / quarter) + 1) * quarter;
  while (clock.format(at) !== time) at += quarter;
  return at;
}

/** The one in which the scenario's notifications are scheduled. */
export function timeZoneOf({ scenario }: World): string {
  return scenario.environments?.find(({ digest }) => digest)?.digest?.timeZone ?? "UTC";
}

/** Through everything that is due on the way; the world's record says so. */
export async function moveForward(world: World, to: number): Promise<void> {
  const from = world.clock.now();
  await world.clock.jump(to);
  world.record("act", "time", `Somebody moves the time forward by ${inWords(to - from)}.`);
}

/** "1 day", "14 hours 20 minutes"; to the minute. */
function inWords(span: number): string {
  const minutes = Math.max(1, Math.round(span / minute));
  const parts = [
    [Math.floor(minutes / 1_440), "day"],
    [Math.floor(minutes / 60) % 24, "hour"],
    [minutes % 60, "minute"],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}${count === 1 ? "" : "s"}`)
    .join(" ");
}
