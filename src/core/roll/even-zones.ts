import type { Fact } from "../events.js";
import { minute, second } from "../instant.js";
import { raiseBy } from "./judge-scale-up.js";
import { entryOf, type Move, type Scene } from "./scene.js";
import { maxUnavailableOf } from "./surge.js";

/**
 * Zones that differ by more than one at the end, Auto Scaling evens out by terminating nodes undrained as soon as it is
 * let. So we do it before: some nodes more, which Auto Scaling launches in the emptiest zones, then as many less, drained.
 */

/** Where a zone has no capacity the node comes elsewhere: not many more are drained for nothing. */
const triesInVain = 2;

/** How long a node more may take. */
const patience = 15 * minute;

export function evenZones(scene: Scene): Move | undefined {
  const { look, roll, step, index } = scene;
  // From here on Auto Scaling is let do what it does.
  if (!entryOf(roll, "processes") && roll.ledger.some(({ kind }) => kind === "processes")) return undefined;
  const counts = countsOf(scene);
  const uneven = movesNeeded(counts);
  const last = roll.evening;
  if (uneven === 0 || (last && last.futile >= triesInVain)) return undefined;
  const futile = last && uneven >= last.uneven ? last.futile + 1 : 0;
  const evening = { uneven, futile };
  if (futile >= triesInVain) {
    const zones = [...counts].map(([zone, count]) => `${zone} has ${count}`).join(", ");
    const fact: Fact = {
      type: "NotPutBack",
      step: index,
      what: `the even spread of ${step.nodeGroup} over its zones: ${zones}, and new nodes do not come where they are missing`,
      next: "See the group's Activity tab for why. Unless AZRebalance is suspended, Auto Scaling evens them out by itself when it can, without draining.",
    };
    return { kind: "note", roll: { evening }, facts: [fact] };
  }
  const more = Math.min(uneven, maxUnavailableOf(step.updateConfig, look.group.sizes.desired));
  return { ...raiseBy(look.group, more), roll: { evening, returned: 0, theirs: 0 } };
}

/** What was added to make zones even has to be there before anything is taken away for it. */
export function awaitExtra({ look, roll, now }: Scene): Move | undefined {
  const entry = entryOf(roll, "sizes");
  if (!roll.evening || !entry) return undefined;
  if (entry.done === undefined) return { ...raiseBy(look.group, entry.ours), entries: [] };
  const begun = (roll.returned ?? 0) > 0 || Object.values(roll.drains).some(({ surplus }) => surplus);
  const there = look.members.filter(({ serving }) => serving).length >= look.group.sizes.desired;
  if (begun || there || now - entry.at >= patience) return undefined;
  const wait = { for: "a new node in the zone that has too few", until: now + 10 * second };
  return { kind: "wait", wait };
}

function countsOf({ look: { group, members } }: Scene): ReadonlyMap<string, number> {
  const counts = new Map(group.zones.map((zone) => [zone, 0]));
  for (const { zone, instance } of members) {
    if (!instance.lifecycle.startsWith("Terminat")) counts.set(zone, (counts.get(zone) ?? 0) + 1);
  }
  return counts;
}

/** How many nodes have to change zones until none has two more than another. */
function movesNeeded(counts: ReadonlyMap<string, number>): number {
  const left = [...counts.values()].sort((a, b) => a - b);
  for (let moves = 0; ; moves++) {
    const [least = 0] = left;
    const most = left.at(-1) ?? 0;
    if (most - least <= 1) return moves;
    left[0] = least + 1;
    left[left.length - 1] = most - 1;
    left.sort((a, b) => a - b);
  }
}
