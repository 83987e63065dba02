import { second } from "../instant.js";
import { drainMarks, drains, lacksMark, leaving, nextDue } from "./judge-drains.js";
import { keepNodes, ownTemplate, tagGroup } from "./judge-setup.js";
import { type Member, nameOf } from "./members.js";
import { preciousNodes } from "./precious.js";
import { firstMissing, type Judge, type Move, type Scene, shareOf } from "./scene.js";
import { signOf } from "./sign.js";
import { maxUnavailableOf } from "./surge.js";
import { floorNow, nextVictims } from "./victims.js";

/**
 * Upgrade: as many old nodes at once as were allowed are drained and terminated; Auto Scaling launches a new one for
 * each. Never so many that fewer nodes serve than before. Until no old node is left.
 */
const upgrade: readonly Judge[] = [
  tagGroup,
  ownTemplate,
  keepNodes,
  ...drains,
  rankPrecious,
  chooseVictims,
  awaitDrains,
];

export function judgeUpgrade(scene: Scene): Move {
  return firstMissing(upgrade, scene);
}

function isOld({ old, instance }: Member): boolean {
  return old === true && !instance.lifecycle.startsWith("Terminat");
}

/** Once, while every pod is still where it was: pods that move do not move to old nodes. */
function rankPrecious({ look, roll }: Scene): Move | undefined {
  if (roll.precious !== undefined || !look.members.some(isOld)) return undefined;
  return { kind: "note", roll: { precious: preciousNodes(look.pods, look.self) } };
}

function chooseVictims(scene: Scene): Move | undefined {
  const { look, roll } = scene;
  if (scene.held) return undefined;
  const names = nextVictims(look.members, new Set(leaving(scene).map(({ name }) => name)), {
    ...limits(scene),
    precious: new Map(Object.entries(roll.precious ?? {})),
    skipped: skippedNodes(scene),
    pick: pickBy(scene),
  });
  const chosen = look.members.filter((member) => names.includes(nameOf(member)));
  if (chosen.length === 0) return undefined;
  const entries = chosen.map((member) => [
    nameOf(member),
    { uid: member.node?.uid ?? "", instance: member.instance.id },
  ]);
  const unmarked = chosen.flatMap(({ node }) => (node && lacksMark(node) ? [node] : []));
  return {
    kind: "act",
    roll: { drains: { ...roll.drains, ...Object.fromEntries(entries) } },
    intents: unmarked.map(({ name, uid }) => drainMarks(name, uid)),
  };
}

function skippedNodes({ roll }: Scene): ReadonlySet<string> {
  return new Set(Object.entries(roll.drains).flatMap(([name, { skipped }]) => (skipped ? [name] : [])));
}

function awaitDrains(scene: Scene): Move | undefined {
  const { look, now } = scene;
  const going = leaving(scene);
  if (going.length > 0) {
    const names = going.map(({ name }) => name);
    const some =
      names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
    return { kind: "wait", wait: { for: `${some} to be drained and replaced`, until: nextDue(scene) } };
  }
  if (!look.members.some(({ old }) => old !== false)) return undefined;
  return {
    kind: "wait",
    wait: { for: "enough new nodes to be Ready before the next old one goes", until: now + 10 * second },
  };
}

/** How many at once, and how many must go on serving meanwhile. */
function limits({ look, roll, step }: Scene) {
  const sizes = shareOf(roll);
  const desiredNow = look.group.sizes.desired;
  const desiredBefore = sizes?.before.desired ?? desiredNow;
  const maxUnavailable = maxUnavailableOf(step.updateConfig, desiredBefore);
  const floor = floorNow({ floor: roll.floor ?? desiredBefore, desiredBefore, desiredNow, maxUnavailable });
  return { maxUnavailable, floor };
}

/** Random, but the same again after a crash: the run's id and what is left decide. */
function pickBy({ run, look }: Scene): (count: number) => number {
  let drawn = look.members.filter(isOld).length;
  return (count) => {
    drawn += 1;
    return count === 0 ? 0 : signOf(`${run}/${drawn}`) % count;
  };
}
