import { awaitExtra, evenZones } from "./even-zones.js";
import { returnSurge } from "./give-back.js";
import { keepNodes } from "./judge-setup.js";
import {
  restoreOwners,
  restoreTemplate,
  resumeProcesses,
  soon,
  unkeepNodes,
  unmarkNodes,
  untagGroup,
} from "./put-back.js";
import { firstMissing, type Judge, type Move, type Scene, shareOf } from "./scene.js";

/**
 * Scale down: what is ours is put back, except that the group goes on to launch the new AMI. Extra nodes are drained while
 * owners still have the replica more that lets their pods move.
 */
const scaleDown: readonly Judge[] = [
  unmarkNodes,
  keepWhileGiving,
  awaitExtra,
  ...returnSurge,
  awaitMembers,
  evenZones,
  restoreOwners,
  resumeProcesses,
  unkeepNodes,
  untagGroup,
];

export function judgeScaleDown(scene: Scene): Move {
  return firstMissing(scaleDown, scene);
}

/** Until the last one is given back: which one goes is for us to choose. */
function keepWhileGiving(scene: Scene): Move | undefined {
  return shareOf(scene.roll) ? keepNodes(scene) : undefined;
}

/** Called off in the middle: everything is put back, backwards. What is new stays new. */
const unwinding: readonly Judge[] = [
  unmarkNodes,
  ...returnSurge,
  restoreOwners,
  restoreTemplate,
  resumeProcesses,
  unkeepNodes,
  untagGroup,
];

export function judgeUnwinding(scene: Scene): Move {
  return firstMissing(unwinding, scene);
}

/** Success is what is seen: as many nodes as wanted, each of them Ready and new. Where one does not come, people are asked. */
function awaitMembers({ look: { group, members }, now }: Scene): Move | undefined {
  const wrong = members.filter(({ old, serving }) => old !== false || !serving);
  const missing = group.sizes.desired - members.length;
  if (wrong.length === 0 && missing <= 0) return undefined;
  const names = wrong.map(({ node, instance }) => node?.name ?? instance.id).slice(0, 3);
  const lacking =
    names.length > 0 ? `${names.join(", ")} to be Ready` : `${missing} more of the group's instances to come`;
  return { kind: "wait", wait: { for: lacking, until: now + soon } };
}
