import type { Problem } from "../problems.js";
import { inService, type Member, nameOf } from "./members.js";

/**
 * The members to give back, by `nameOf`, in this order: from the fullest zone the one with the fewest pods, so that the
 * zones stay within one of each other; never the last of a zone, unless so few are to stay that some zones must be empty.
 * New ones before old ones as long as zones stay even: where a cancelled roll is unwound, what was there before stays,
 * and Auto Scaling finds no reason to even the zones out by itself, undrained. Fewer than `count` where the
 * rest may not be chosen (`whyKept`). `podsByNode`: pods that must leave; `inFlight`: chosen already, and counted as gone.
 */
export function surplusVictims(
  all: readonly Member[],
  podsByNode: ReadonlyMap<string, number>,
  count: number,
  inFlight: ReadonlySet<string>,
): string[] {
  const staying = all.filter((member) => inService(member.instance) && !inFlight.has(nameOf(member)));
  const chosen: string[] = [];
  const zones = new Set(staying.map(({ zone }) => zone)).size;
  const mayEmptyZones = staying.length - count < zones;
  while (chosen.length < count) {
    const left = staying.filter((member) => !chosen.includes(nameOf(member)));
    const next = cheapest(left, podsByNode, mayEmptyZones);
    if (!next) break;
    chosen.push(nameOf(next));
  }
  return chosen;
}

function cheapest(
  left: readonly Member[],
  podsByNode: ReadonlyMap<string, number>,
  mayEmptyZones: boolean,
): Member | undefined {
  const inZone = (zone: string) => left.filter((member) => member.zone === zone).length;
  const least = Math.min(...left.map(({ zone }) => inZone(zone)));
  const tooFull = ({ zone }: Member) => inZone(zone) - least > 1;
  const pods = (member: Member) => podsByNode.get(nameOf(member)) ?? 0;
  const [first] = left
    .filter((member) => mayGo(member) && (mayEmptyZones || inZone(member.zone) > 1))
    .sort(
      (a, b) =>
        Number(tooFull(b)) - Number(tooFull(a)) ||
        Number(a.old) - Number(b.old) ||
        inZone(b.zone) - inZone(a.zone) ||
        Number(a.serving) - Number(b.serving) ||
        pods(a) - pods(b) ||
        (nameOf(a) < nameOf(b) ? -1 : 1),
    );
  return first;
}

/** Of one whose AMI is not known yet nobody can say what it is. */
function mayGo({ instance, old }: Member): boolean {
  return instance.protected !== true && old !== undefined;
}

/** Why fewer nodes than `count` can be given back. `putOff`: those that a person wants to be left alone. */
export function whyKept(all: readonly Member[], count: number, putOff: readonly string[] = []): Problem {
  const kept = all.filter((member) => member.instance.protected === true).map(nameOf);
  const nodes = count === 1 ? "1 extra node stays" : `${count} extra nodes stay`;
  if (putOff.length > 0) {
    return {
      code: "SurplusPutOff",
      what: `${nodes}: a person left ${putOff.slice(0, 3).join(", ")}${putOff.length > 3 ? ` and ${putOff.length - 3} more` : ""} as it is`,
      next: "When it may go: kubectl drain it, then terminate its instance with decrement (aws autoscaling terminate-instance-in-auto-scaling-group --should-decrement-desired-capacity), and lower the group's max.",
    };
  }
  if (kept.length === 0) {
    return {
      code: "SurplusKept",
      what: `${nodes}: every other node is the last of its zone`,
      next: "Terminate with decrement those you do not need, or lower the group's min and desired capacity by hand.",
    };
  }
  return {
    code: "SurplusProtected",
    what: `${nodes}: protected from scale-in: ${kept.slice(0, 3).join(", ")}${kept.length > 3 ? `, ${kept.length - 3} more` : ""}`,
    next: "Take the protection off nodes that may go (Auto Scaling console, Instance management), and it goes on.",
  };
}
