import { minute } from "../instant.js";
import { awaitExtra, evenZones } from "./even-zones.js";
import { returnSurge } from "./give-back.js";
import { lastRaised } from "./judge-scale-up.js";
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

const settleFor = 15 * minute;

/** Success is what is seen: as many nodes as wanted, each of them Ready and new. */
function awaitMembers({ look: { group, members }, progress, roll, now }: Scene): Move | undefined {
  const wrong = members.filter(({ old, serving }) => old !== false || !serving);
  const missing = group.sizes.desired - members.length;
  if (wrong.length === 0 && missing <= 0) return undefined;
  const names = wrong.map(({ node, instance }) => node?.name ?? instance.id).slice(0, 3);
  const lacking =
    names.length > 0 ? `${names.join(", ")} to be Ready` : `${missing} more of the group's instances to come`;
  const since = Math.max(progress.settlingSince ?? now, lastRaised(roll));
  if (now - since < settleFor) {
    return progress.settlingSince === undefined
      ? { kind: "note", roll: {}, progress: { settlingSince: now } }
      : { kind: "wait", wait: { for: lacking, until: now + soon } };
  }
  const problem = {
    code: "SuccessNotSeen",
    what: `Every old node is gone, but after 15 minutes I still wait for ${lacking}`,
    next: "Look at these nodes, and at the group's activities in the EC2 console; then try again: what is done is not done twice.",
  };
  return { kind: "failed", problem };
}
