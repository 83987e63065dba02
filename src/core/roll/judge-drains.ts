import { type Milliseconds, minute, second } from "../instant.js";
import type { DrainProgress } from "../run.js";
import type { Action } from "./actions.js";
import { missingMarks } from "./node-marks.js";
import type { Judge, Move, Scene } from "./scene.js";
import type { RollNodeSeen } from "./seen.js";

/** Load balancers stop sending to a node within about a minute (EKS user guide, managed node update behaviour). */
const drainPause: Milliseconds = minute;

/** Targets that never leave do not hold a node for ever. */
const targetsPatience: Milliseconds = 10 * minute;

/** Neither do volumes: without pods nobody writes to them, and with the instance they are detached. */
const volumesPatience: Milliseconds = 10 * minute;

/**
 * What every node goes through that is to leave, whether it is old or surplus: its pods leave, its volumes are detached,
 * it is cordoned; load balancers forget it; its instance is terminated by id; its node object goes.
 */
export const drains: readonly Judge[] = [forgetGone, markLeaving, noteEmpty, endEmpty];

export interface Leaving extends DrainProgress {
  readonly name: string;
}

/** Nodes on their way out, skipped ones aside. */
export function leaving({ roll }: Pick<Scene, "roll">): Leaving[] {
  return Object.entries(roll.drains).flatMap(([name, drain]) => (drain.skipped ? [] : [{ name, ...drain }]));
}

/** Nodes whose pods are to be evicted now. */
export function draining(scene: Pick<Scene, "roll">): Leaving[] {
  return leaving(scene).filter(
    ({ emptySince, endedAt }) => emptySince === undefined && endedAt === undefined,
  );
}

/** The instance has left its group, and the node object is gone: or another node has the name now. */
function forgetGone(scene: Scene): Move | undefined {
  const { look, roll } = scene;
  const members = new Set(look.members.map(({ instance }) => instance.id));
  const joined = new Set(look.members.flatMap(({ instance, node }) => (node ? [instance.id] : [])));
  const gone = leaving(scene).filter(({ name, uid, instance }) =>
    // Chosen before it joined, it is judged anew as the node that it is now.
    uid === "" && joined.has(instance) ? true : !members.has(instance) && look.nodes.get(name)?.uid !== uid,
  );
  if (gone.length === 0) return undefined;
  const names = new Set(gone.map(({ name }) => name));
  const left = Object.entries(roll.drains).filter(([name]) => !names.has(name));
  return { kind: "note", roll: { drains: Object.fromEntries(left) } };
}

/** Marked when it was chosen; without marks new pods would come as fast as old ones leave. */
function markLeaving(scene: Scene): Move | undefined {
  const unmarked = draining(scene).flatMap(({ name, uid }) => {
    const node = scene.look.nodes.get(name);
    return node?.uid === uid && lacksMark(node) ? [node] : [];
  });
  if (unmarked.length === 0) return undefined;
  return { kind: "act", intents: unmarked.map(({ name, uid }) => drainMarks(name, uid)) };
}

export function drainMarks(node: string, uid: string): Action {
  return { kind: "mark node", node, uid, marks: ["taint", "load balancers"] };
}

/** Whoever put it there: what matters is that new pods and connections stay away. */
export function lacksMark(node: RollNodeSeen): boolean {
  return missingMarks(node, ["taint", "load balancers"]).length > 0;
}

function noteEmpty(scene: Scene): Move | undefined {
  const { look, roll, now } = scene;
  const withoutPods = draining(scene).filter(
    ({ name, uid }) => look.nodes.get(name)?.uid !== uid || look.left?.[name] === 0,
  );
  const empty = withoutPods.filter(
    ({ name, uid, podsGoneAt = now }) =>
      look.nodes.get(name)?.uid !== uid || !look.attached.has(name) || now - podsGoneAt >= volumesPatience,
  );
  if (empty.length === 0) return noteVolumes(withoutPods, scene);
  const drains = { ...roll.drains };
  for (const { name, ...drain } of empty) drains[name] = { ...drain, emptySince: now };
  return {
    kind: "act",
    roll: { drains },
    intents: empty.flatMap(({ name, uid }) =>
      look.nodes.get(name)?.uid === uid
        ? [{ kind: "mark node" as const, node: name, uid, marks: ["cordon" as const] }]
        : [],
    ),
  };
}

/** Since when nothing but a volume is in the way. */
function noteVolumes(held: readonly Leaving[], { roll, now }: Scene): Move | undefined {
  const fresh = held.filter(({ podsGoneAt }) => podsGoneAt === undefined);
  if (fresh.length === 0) return undefined;
  const drains = { ...roll.drains };
  for (const { name, ...drain } of fresh) drains[name] = { ...drain, podsGoneAt: now };
  return { kind: "note", roll: { drains } };
}

function endEmpty(scene: Scene): Move | undefined {
  const due = leaving(scene).filter((drain) => drain.endedAt === undefined && isDue(drain, scene));
  // One at a time where desired falls with it: each is judged on the sizes that the last one left.
  const [surplus] = due.filter((drain) => drain.surplus);
  const chosen = surplus ? [surplus] : due;
  if (chosen.length === 0) return undefined;
  return {
    kind: "act",
    intents: chosen.map(({ name, instance, surplus: decrement = false }) => ({
      kind: "terminate",
      node: name,
      instance,
      decrement,
      ...(decrement && { expected: scene.look.group.sizes.desired }),
    })),
  };
}

function isDue({ emptySince, instance, uid }: Leaving, { look, step, now }: Scene): boolean {
  if (emptySince === undefined) return false;
  // It never became a node: nobody sends to it.
  if (uid === "") return true;
  const lasted = now - emptySince;
  if (!look.drainingTargets) return lasted >= (step.drainPause ?? drainPause);
  return !look.drainingTargets.has(instance) || lasted >= targetsPatience;
}

/** When something is due without anybody's doing. */
export function nextDue(scene: Scene): number {
  const { now, step, look } = scene;
  const pause = look.drainingTargets ? 5 * second : (step.drainPause ?? drainPause);
  const due = leaving(scene).flatMap(({ emptySince, endedAt }) => {
    if (endedAt !== undefined) return [now + 5 * second];
    if (emptySince === undefined) return [now + 5 * second];
    return [Math.max(now + second, look.drainingTargets ? now + pause : emptySince + pause)];
  });
  return Math.min(now + 15 * second, ...due);
}
