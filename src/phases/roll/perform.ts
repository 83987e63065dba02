import type { Region } from "../../aws/region.js";
import { mustLeave } from "../../core/drain/filters.js";
import type { Fact } from "../../core/events.js";
import type { Instant } from "../../core/instant.js";
import type { Action } from "../../core/roll/actions.js";
import { pointsAlike } from "../../core/roll/setup-parts.js";
import { tookEffect, wasLowered } from "../../core/roll/surge.js";
import { describeChange } from "../../core/roll/words.js";
import type { RollProgress } from "../../core/run.js";
import type { AutoScalingGroupSeen } from "../../core/seen.js";
import type { Kubernetes } from "../../kubernetes/cluster.js";
import type { StepAtHand } from "../managed.js";

/** Everything that writes. Each action looks first whether the world still is as it was when it was intended. */
interface Hands {
  readonly hand: StepAtHand;
  readonly region: Region;
  readonly kubernetes: Kubernetes;
}

interface Performed {
  readonly roll: RollProgress;
  readonly facts: readonly Fact[];
}

/** This many nodes, pods or owners at once. */
const atOnce = 10;

/**
 * Carries out what the record intends, in its order; the record then forgets it. Cut off in the middle it is carried out
 * again from the beginning. A worker that stood still while others went on stops at the next write: sizes, processes and
 * templates that were put back look as they did before they were changed. @throws Trouble
 */
export async function perform(hand: StepAtHand, roll: RollProgress): Promise<Performed> {
  const region = hand.outside.region(hand.run.plan.region);
  const cluster = await region.eks.cluster(hand.run.plan.cluster, hand.signal);
  const hands = { hand, region, kubernetes: hand.outside.kubernetes(cluster) };
  let done: Performed = { roll: { ...roll, intents: [] }, facts: [] };
  for (const batch of batches(roll.intents)) {
    if (!((await hand.unchanged?.()) ?? true)) return { roll, facts: [] };
    const changes = await Promise.all(batch.map((action) => carryOut(action, hands)));
    for (const change of changes) {
      done = {
        roll: change.roll ? change.roll(done.roll) : done.roll,
        facts: [...done.facts, ...(change.facts ?? [])],
      };
    }
  }
  return done;
}

/** Writes to the group one after another; those to nodes beside each other. */
function* batches(actions: readonly Action[]): Generator<readonly Action[]> {
  let batch: Action[] = [];
  for (const action of actions) {
    const beside = ["mark node", "unmark node", "terminate"].includes(action.kind);
    if (batch.length > 0 && (!beside || batch.length === atOnce || batch[0]?.kind !== action.kind)) {
      yield batch;
      batch = [];
    }
    batch.push(action);
  }
  if (batch.length > 0) yield batch;
}

interface Change {
  readonly roll?: (roll: RollProgress) => RollProgress;
  readonly facts?: readonly Fact[];
}

async function carryOut(action: Action, hands: Hands): Promise<Change> {
  const { hand, region, kubernetes } = hands;
  const { step, signal, run } = hand;
  const group = step.nodeGroup;
  switch (action.kind) {
    case "create template version":
      return makeTemplate(action, hands);
    case "point group":
      return point(action, hands);
    case "suspend processes":
      await region.autoScaling.suspend(group, action.processes, signal);
      return told(action, hands);
    case "resume processes":
      await region.autoScaling.resume(group, action.processes, signal);
      return told(action, hands);
    case "tag group":
      await region.autoScaling.tag(group, action.tags, signal);
      return {};
    case "untag group":
      await region.autoScaling.untag(group, action.keys, signal);
      return {};
    case "set sizes":
      return setSizes(action, hands);
    case "give up launches":
      return giveUpLaunches(action, hands);
    case "mark node":
      await kubernetes.markNode({ name: action.node, uid: action.uid }, action.marks, run.id, signal);
      return {};
    case "unmark node":
      await kubernetes.unmarkNode({ name: action.node, uid: action.uid }, action.marks, signal);
      return {};
    case "terminate":
      return terminate(action, hands);
    case "delete pods":
      for (const pod of action.pods) await kubernetes.deletePod(pod, { now: action.now }, signal);
      return {};
    case "restart owner":
    case "scale owner":
      return changeOwner(action, hands);
  }
}

type Of<Kind extends Action["kind"]> = Extract<Action, { kind: Kind }>;

async function makeTemplate(action: Of<"create template version">, { hand, region }: Hands): Promise<Change> {
  const { template, source, image, token } = action;
  const description = `eks-upgrade-bot ${hand.run.id}: ${image}`;
  const made = await region.ec2.createTemplateVersion(
    { template, source, image, token, description },
    hand.signal,
  );
  const change = describeChange(action, hand.step.nodeGroup);
  return {
    roll: (roll) => ({
      ...roll,
      ledger: roll.ledger.map((entry) =>
        entry.kind === "template version" && entry.token === token
          ? { ...entry, made, done: hand.now }
          : entry,
      ),
    }),
    facts: [{ type: "Changed", step: hand.index, what: `${change}: version ${made}` }],
  };
}

async function point(action: Of<"point group">, hands: Hands): Promise<Change> {
  const { hand, region } = hands;
  const group = await groupNow(hands);
  // Made by an earlier call, whose answer was lost.
  if (group.template && pointsAlike(group.template, action.to)) return told(action, hands);
  if (!group.template || !pointsAlike(group.template, action.from)) return {};
  await region.autoScaling.pointAt(hand.step.nodeGroup, action.to, hand.signal);
  return told(action, hands);
}

/** Compare and set, as far as Auto Scaling allows: who moved it since has meant it, and is judged anew. */
async function setSizes(action: Of<"set sizes">, hands: Hands): Promise<Change> {
  const { hand, region } = hands;
  const { expected, to } = action;
  const { sizes } = await groupNow(hands);
  const same = sizes.min === expected.min && sizes.max === expected.max && sizes.desired === expected.desired;
  const lowers = to.desired <= expected.desired;
  const made = (lowers ? wasLowered : tookEffect)(expected, to, sizes);
  const raised = (roll: RollProgress) =>
    withPending(roll, { done: hand.now, maxRaisedBy: to.max - expected.max });
  if (!lowers && hand.run.stopping) return { roll: made ? raised : notRaised(hand.now) };
  if (!same && !made) return {};
  if (same) await region.autoScaling.resize(hand.step.nodeGroup, changed(expected, to), hand.signal);
  if (lowers) return { roll: lowered, ...told(action, hands) };
  return { roll: raised, ...told(action, hands) };
}

/** Called off before it was made: there is nothing to give back. */
const notRaised = (undone: Instant) => (roll: RollProgress) => withPending(roll, { undone });

/** An entry of an older bot may name another share of max than what was intended in the end. */
function withPending(
  roll: RollProgress,
  change: { done: Instant; maxRaisedBy: number } | { undone: Instant },
): RollProgress {
  const ledger = roll.ledger.map((entry) =>
    entry.kind === "sizes" && entry.done === undefined && entry.undone === undefined
      ? { ...entry, ...change }
      : entry,
  );
  return { ...roll, ledger };
}

/** There is no more max to put back. */
function lowered(roll: RollProgress): RollProgress {
  const ledger = roll.ledger.map((entry) =>
    entry.kind === "sizes" && entry.undone === undefined ? { ...entry, maxRaisedBy: 0 } : entry,
  );
  return { ...roll, ledger };
}

/** While nothing can be launched, what the group has cannot grow between the look and the write. */
async function giveUpLaunches(action: Of<"give up launches">, hands: Hands): Promise<Change> {
  const { hand, region } = hands;
  const { step, signal } = hand;
  const { expected, desired, resume } = action;
  if (resume) await region.autoScaling.suspend(step.nodeGroup, ["Launch"], signal);
  const { sizes, instances } = await groupNow(hands);
  const active = instances.filter(({ lifecycle }) => !lifecycle.startsWith("Terminat")).length;
  const may = sizes.desired === expected.desired && sizes.min <= desired && active <= desired;
  // Made by an earlier call, whose answer was lost.
  const made = sizes.desired === desired;
  if (may) await region.autoScaling.resize(step.nodeGroup, { desired }, signal);
  if (resume) await region.autoScaling.resume(step.nodeGroup, ["Launch"], signal);
  if (!may && !made) return {};
  const given = expected.desired - desired;
  return { roll: (roll) => ({ ...roll, returned: (roll.returned ?? 0) + given }), ...told(action, hands) };
}

/** Only what differs: the rest may be moved by others in the same moment. */
function changed(from: AutoScalingGroupSeen["sizes"], to: AutoScalingGroupSeen["sizes"]) {
  return {
    ...(from.max !== to.max && { max: to.max }),
    ...(from.desired !== to.desired && { desired: to.desired }),
  };
}

/**
 * By instance id. Only while it is in service and nothing is left on its node that must leave: pods that tolerate a
 * cordon may have come back.
 */
async function terminate(action: Of<"terminate">, hands: Hands): Promise<Change> {
  const { hand, region, kubernetes } = hands;
  const { node, instance, decrement, expected } = action;
  const group = await groupNow(hands);
  const seen = group.instances.find(({ id }) => id === instance);
  if (seen && !seen.lifecycle.startsWith("Terminat")) {
    const pods = await kubernetes.pods([node], hand.signal);
    if (pods.some((pod) => mustLeave(pod) && !pod.toleratesEverything)) return { roll: drainAgain(node) };
    // Desired has moved since: the judge decides anew whether the node is surplus.
    if (decrement && group.sizes.desired !== expected) return {};
    const answer = await region.autoScaling.terminate(instance, { decrement }, hand.signal);
    // Another worker may have ended it in this very moment: then desired fell with it.
    const fell = answer === "terminating" || (await groupNow(hands)).sizes.desired === (expected ?? 0) - 1;
    return { roll: ended(node, hand.now, decrement && fell) };
  }
  // Ended already: by an earlier call of ours, unless desired has not moved. Where others moved it too, one that was
  // ours may stay; one of theirs must not go.
  return { roll: ended(node, hand.now, decrement && group.sizes.desired !== expected) };
}

function ended(node: string, now: number, returned: boolean): (roll: RollProgress) => RollProgress {
  return (roll) => {
    const drain = roll.drains[node];
    if (!drain || drain.endedAt !== undefined) return roll;
    const drains = { ...roll.drains, [node]: { ...drain, endedAt: now } };
    return { ...roll, drains, ...(returned && { returned: (roll.returned ?? 0) + 1 }) };
  };
}

function drainAgain(node: string): (roll: RollProgress) => RollProgress {
  return (roll) => {
    const drain = roll.drains[node];
    if (!drain) return roll;
    const { emptySince: _empty, podsGoneAt: _gone, ...rest } = drain;
    return { ...roll, drains: { ...roll.drains, [node]: rest } };
  };
}

async function changeOwner(action: Of<"restart owner"> | Of<"scale owner">, hands: Hands): Promise<Change> {
  const { hand, kubernetes } = hands;
  const { owner } = action;
  const name = `${owner.kind} ${owner.namespace}/${owner.name}`;
  const { index: step, signal } = hand;
  if (action.kind === "restart owner") {
    const answer = await kubernetes.restartOwner(owner, action.at, signal);
    return answer === "gone" ? {} : { facts: [{ type: "OwnerRestarted", step, owner: name }] };
  }
  const answer = await kubernetes.scaleOwner(owner, action.from, action.to, signal);
  const more = action.to > action.from;
  if (answer === "scaled")
    return { facts: [{ type: more ? "OwnerSurged" : "OwnerRestored", step, owner: name }] };
  if (more || answer === "gone") return {};
  const what = `${name} keeps its number of replicas: somebody else changed it meanwhile`;
  const next = `Before, it had ${action.to}: see that the number is the one you want.`;
  return { facts: [{ type: "NotPutBack", step, what, next }] };
}

async function groupNow({ hand, region }: Hands): Promise<AutoScalingGroupSeen> {
  const [group] = await region.autoScaling.groups([hand.step.nodeGroup], hand.signal);
  return group ?? { ...nobody, name: hand.step.nodeGroup };
}

/** A group that is gone fits no expectation. */
const nobody: Omit<AutoScalingGroupSeen, "name"> = {
  sizes: { min: -1, max: -1, desired: -1 },
  ...{ zones: [], instances: [], suspended: [], subnets: [], tags: {}, targetGroups: [] },
};

function told(action: Action, { hand }: Hands): Change {
  const what = describeChange(action, hand.step.nodeGroup);
  const given = action.kind === "set sizes" && action.to.desired <= action.expected.desired;
  const back =
    ["resume processes", "give up launches"].includes(action.kind) ||
    given ||
    hand.run.stopping !== undefined;
  return what === undefined
    ? {}
    : { facts: [{ type: back ? "PutBack" : "Changed", step: hand.index, what }] };
}
