import type { Problem } from "../problems.js";
import type { Sizes, UpdateConfig } from "../seen.js";

/** At most this many nodes are replaced at once: EKS' own limit for managed groups, kept for ours. */
const mostAtOnce = 100;

/** How many nodes may be away at once: at least one; a percentage is rounded down. `count`: nodes of the group. */
export function maxUnavailableOf(config: UpdateConfig, count: number): number {
  const percent = config.maxUnavailablePercentage;
  const wanted = percent === undefined ? (config.maxUnavailable ?? 1) : Math.floor((count * percent) / 100);
  return Math.min(mostAtOnce, Math.max(1, wanted));
}

export interface SurgeWish {
  /** The group's zones. */
  readonly zones: readonly string[];
  readonly maxUnavailable: number;
  /** By fleet.yaml or a tag of the group. 0: no node is added, capacity goes down by maxUnavailable instead. */
  readonly configured?: number;
  /** Free addresses of the group's subnets, by zone, where known. A zone that is missing has no limit known. */
  readonly freeAddresses?: Readonly<Record<string, number>>;
  /** Instances that may still be started in the account, where known. */
  readonly quota?: number;
}

export interface Surge {
  readonly nodes: number;
  /** Why it is less than what was wanted. */
  readonly warnings: readonly Problem[];
}

/** How many nodes are added before the first old one goes: two per zone, or as many as go at once if that is more. */
export function surgeOf(wish: SurgeWish): Surge {
  const wanted = Math.max(0, wish.configured ?? Math.max(2 * wish.zones.length, wish.maxUnavailable));
  const limits = [addressLimit(wish, wanted), quotaLimit(wish, wanted)].filter(
    (limit) => limit !== undefined,
  );
  const nodes = Math.min(wanted, ...limits.map(({ atMost }) => atMost));
  const cutting = limits.filter(({ atMost }) => atMost < wanted);
  return {
    nodes,
    warnings: [...cutting.map(({ problem }) => problem), ...zonesWithoutAddresses(wish, wanted)],
  };
}

interface Limit {
  readonly atMost: number;
  readonly problem: Problem;
}

/** A node takes one address at least; what its pods take comes on top and cannot be known beforehand. */
function addressLimit({ zones, freeAddresses }: SurgeWish, wanted: number): Limit | undefined {
  if (!freeAddresses || zones.some((zone) => freeAddresses[zone] === undefined)) return undefined;
  const free = zones.reduce((sum, zone) => sum + (freeAddresses[zone] ?? 0), 0);
  return {
    atMost: free,
    problem: {
      code: "FewAddresses",
      what: `The group's subnets have ${free} free addresses: ${free} nodes are added at most, not ${wanted}`,
      next: "Free addresses or add subnets to the group; pods on new nodes need addresses too.",
    },
  };
}

function quotaLimit({ quota }: SurgeWish, wanted: number): Limit | undefined {
  if (quota === undefined) return undefined;
  return {
    atMost: Math.max(0, quota),
    problem: {
      code: "QuotaNearlyUsedUp",
      what: `The account may start ${Math.max(0, quota)} more instances: not all ${wanted} extra nodes come`,
      next: "Have the EC2 quota raised in Service Quotas, or go on with fewer extra nodes.",
    },
  };
}

function zonesWithoutAddresses({ zones, freeAddresses }: SurgeWish, wanted: number): Problem[] {
  const full = zones.filter((zone) => freeAddresses?.[zone] === 0);
  if (full.length === 0 || wanted === 0) return [];
  return [
    {
      code: "ZoneWithoutAddresses",
      what: `No subnet of the group in ${full.join(", ")} has a free address: no new node can start there`,
      next: "Free addresses there or add a subnet; pods with volumes of that zone need a node in it.",
    },
  ];
}

/** What the ledger's entry "sizes" holds. */
export interface SizesEntry {
  readonly before: Sizes;
  readonly ours: number;
  readonly maxRaisedBy: number;
}

/** What others added to (or took from) what the group wanted, since `before`. */
export function theirsOf({ before, ours }: SizesEntry, seen: Sizes): number {
  return seen.desired - before.desired - ours;
}

/**
 * So many nodes more, and max raised by as many, in one write (as EKS does, facts/eks.md §1.6). So whoever scales the group
 * keeps the room it had, and max tells whether the write was made, whatever became of desired since.
 */
export function raisedBy({ min, max, desired }: Sizes, more: number): Sizes {
  return { min, max: max + more, desired: desired + more };
}

/**
 * Whether sizes were raised, from what the group shows now: max tells. Where others moved max as well, or it was not to be
 * raised (an older bot), desired tells: what is not below `to` was raised.
 */
export function tookEffect(expected: Sizes, to: Sizes, seen: Sizes): boolean {
  const toldByMax = to.max !== expected.max && (seen.max === to.max || seen.max === expected.max);
  return toldByMax ? seen.max === to.max : seen.desired >= to.desired;
}

/** Whether max was put back. Where others moved it as well: if it is nearer to what it was to be than to what it was. */
export function wasLowered(expected: Sizes, to: Sizes, seen: Sizes): boolean {
  return Math.abs(seen.max - to.max) < Math.abs(seen.max - expected.max);
}

/**
 * How many nodes are ours to give back. What others took away since they took of ours first: below what was wanted
 * before we never go by ourselves. And min holds.
 */
export function toGiveBack(entry: SizesEntry, seen: Sizes): number {
  const share = entry.ours + Math.min(0, theirsOf(entry, seen));
  return Math.max(0, Math.min(share, seen.desired - seen.min));
}

/** The part of what is ours to give back that Auto Scaling has not launched: to that nobody has to be drained. */
export function neverLaunched(giveBack: number, { desired }: Sizes, active: number): number {
  return Math.max(0, Math.min(giveBack, desired - active));
}

/**
 * Max as it was, plus what others raised it by; never below what the group wants now. What others lowered it by counts
 * against what we had raised it by first: below what it was before we never go by ourselves. Undefined: nothing to put back.
 */
export function sizesPutBack({ before, maxRaisedBy }: SizesEntry, seen: Sizes): Sizes | undefined {
  if (maxRaisedBy <= 0) return undefined;
  const max = Math.max(seen.max - maxRaisedBy, Math.min(before.max, seen.max), seen.desired, seen.min);
  return max < seen.max ? { ...seen, max } : undefined;
}
