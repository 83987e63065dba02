import { inService, type Member, nameOf } from "./members.js";

export interface VictimRules {
  /** Old nodes in flight at most. */
  readonly maxUnavailable: number;
  /** Members that serve and are not in flight never become fewer than this. See `floorNow`. */
  readonly floor: number;
  /** Nodes under the bot itself, its Redis and CoreDNS: they go last, the highest rank at the very end. */
  readonly precious: ReadonlyMap<string, number>;
  /** Skipped by a person: they come back when no other old node is left. */
  readonly skipped: ReadonlySet<string>;
  /** Any whole number from 0 to below `count`. */
  readonly pick: (count: number) => number;
}

/**
 * The old nodes to take now, by `nameOf`, besides those in flight (drained, waited for, terminated: not yet gone). Those
 * that do not serve come first, since they cost no capacity; then one at random from the zone with the fewest in flight.
 */
export function nextVictims(
  all: readonly Member[],
  inFlight: ReadonlySet<string>,
  rules: VictimRules,
): string[] {
  const taken: Member[] = all.filter((member) => member.old === true && inFlight.has(nameOf(member)));
  const chosen: string[] = [];
  let serving = all.filter((member) => member.serving && !inFlight.has(nameOf(member))).length;
  // In flight and no longer in the group: its node is still there, so its place is not free yet.
  const slots = rules.maxUnavailable - inFlight.size;
  while (chosen.length < slots) {
    const next = nextOf(all, taken, rules, serving > rules.floor);
    if (!next) break;
    taken.push(next);
    chosen.push(nameOf(next));
    if (next.serving) serving -= 1;
  }
  return chosen;
}

function nextOf(
  all: readonly Member[],
  taken: readonly Member[],
  rules: VictimRules,
  mayCost: boolean,
): Member | undefined {
  const left = all.filter((member) => member.old === true && !taken.includes(member));
  const candidates = firstClass(left, taken, rules).filter((member) => inService(member.instance));
  const free = candidates.filter((member) => !member.serving);
  const worth = free.length > 0 ? free : mayCost ? candidates : [];
  const pool = inBestZone(worth, left, taken);
  return pool[rules.pick(pool.length)];
}

/** Of the old nodes left, those whose turn it is: ordinary ones, then precious ones singly by rank, then skipped ones. */
function firstClass(
  left: readonly Member[],
  taken: readonly Member[],
  { precious, skipped }: VictimRules,
): readonly Member[] {
  const isSkipped = (member: Member) => skipped.has(nameOf(member));
  const unskipped = left.filter((member) => !isSkipped(member));
  const turn = unskipped.length > 0 ? unskipped : taken.every(isSkipped) ? left : [];
  const rankOf = (member: Member) => precious.get(nameOf(member));
  const ordinary = turn.filter((member) => rankOf(member) === undefined);
  if (ordinary.length > 0 || turn.length === 0) return ordinary;
  if (taken.some((member) => rankOf(member) !== undefined)) return [];
  const lowest = Math.min(...turn.map((member) => rankOf(member) ?? 0));
  return turn.filter((member) => rankOf(member) === lowest);
}

/** The zone with the fewest in flight; among those the one with the most old nodes left. */
function inBestZone(
  worth: readonly Member[],
  left: readonly Member[],
  taken: readonly Member[],
): readonly Member[] {
  const inZone = (some: readonly Member[], zone: string) => some.filter((member) => member.zone === zone);
  const zones = [...new Set(worth.map(({ zone }) => zone))].sort(
    (a, b) =>
      inZone(taken, a).length - inZone(taken, b).length || inZone(left, b).length - inZone(left, a).length,
  );
  const [best] = zones;
  return best === undefined ? [] : inZone(worth, best);
}

/**
 * The floor as it is now. `floor`: as many nodes as served when it began, or as were wanted, whichever is less. As far as
 * the group has no nodes added, capacity goes down instead; and what others took away is theirs to decide.
 */
export function floorNow(look: {
  readonly floor: number;
  readonly desiredBefore: number;
  readonly desiredNow: number;
  readonly maxUnavailable: number;
}): number {
  const added = Math.max(0, look.desiredNow - look.desiredBefore);
  const lacking = Math.max(0, look.maxUnavailable - added);
  return Math.max(0, Math.min(look.floor, look.desiredNow) - lacking);
}
