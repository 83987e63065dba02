import type { World } from "../world/state.js";
import { nextLocalTime } from "../world/time.js";
import type { JumpId, TimeShown } from "./protocol.js";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

type Known = Pick<TimeShown, "timeZone" | "opensAt">;

/**
 * The moment to which a button moves the time.
 *
 * @throws with a sentence for the person
 */
export function momentOf(to: JumpId, now: number, { timeZone, opensAt }: Known): number {
  if (to === "opening") {
    if (opensAt === undefined) throw new Error("No window is closed: there is no opening to wait for.");
    return opensAt;
  }
  if (to === "1 hour") return now + hour;
  if (to === "1 day") return now + day;
  return nextTime(now, to, timeZone);
}

/** When it will be that time of day in the zone, after now. */
export function nextTime(now: number, time: string, timeZone: string): number {
  return nextLocalTime(now, (local) => local.time === time, timeZone);
}

/** The one in which the scenario's notifications are scheduled, or its windows open. */
export function timeZoneOf({ scenario }: World): string {
  const zones = scenario.environments?.map(
    ({ digest, rules }) => digest?.timeZone ?? rules?.windows?.timeZone,
  );
  return zones?.find((zone) => zone !== undefined) ?? "UTC";
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
