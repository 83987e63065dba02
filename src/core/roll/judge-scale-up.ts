import { type Instant, minute, second } from "../instant.js";
import type { Answer } from "../run.js";
import type { PodSeen, Sizes } from "../seen.js";
import { withOurs } from "./before-tag.js";
import { type CapacityLook, capacity, whyNoCapacity } from "./capacity.js";
import { drainMarks, lacksMark } from "./judge-drains.js";
import { keepNodes, nodesPerWrite, ownTemplate, tagGroup } from "./judge-setup.js";
import type { EntryOf, LedgerEntry } from "./ledger.js";
import { firstMissing, type Judge, type Move, type Scene, shareOf } from "./scene.js";
import { beforeTag, type RollNodeSeen } from "./seen.js";
import { raisedBy } from "./surge.js";

/** New nodes that have not come by then seldom come by themselves. */
const patience = 15 * minute;

const lookEvery = 10 * second;

const capacityQuestion = "scale up";

/**
 * Scale up: add nodes on top of whatever the group wants; see one of them fit for pods in every zone that has old ones;
 * only then take the old ones out of service for new pods and for load balancers.
 */
const scaleUp: readonly Judge[] = [tagGroup, ownTemplate, raiseSizes, keepNodes, awaitNodes, markOldNodes];

export function judgeScaleUp(scene: Scene): Move {
  if (oldNodes(scene).length === 0 && !scene.look.members.some((member) => member.old))
    return { kind: "passed" };
  return firstMissing(scaleUp, scene);
}

function raiseSizes({ look: { group }, roll, step }: Scene): Move | undefined {
  const pending = roll.ledger.find(isPending);
  if (pending) return raise(group, pending.ours, shareOf(roll)?.ours);
  if (shareOf(roll)) return undefined;
  const ours = step.surge ?? 0;
  const again = roll.ledger.some(({ kind }) => kind === "sizes");
  return {
    ...raiseBy(group, ours),
    // Given back was what an earlier attempt had added.
    ...(again && { roll: { returned: 0 } }),
  };
}

const isPending = (entry: LedgerEntry): entry is EntryOf<"sizes"> =>
  entry.kind === "sizes" && entry.done === undefined && entry.undone === undefined;

/** Noted on the group first: the record may be lost, and what is ours is to be given back. `already`: added before. */
function raise(
  { sizes, tags }: Scene["look"]["group"],
  ours: number,
  already = 0,
): Extract<Move, { kind: "act" }> {
  const before = tags[beforeTag];
  const noted = before === undefined ? undefined : withOurs(before, already + ours);
  return {
    kind: "act",
    intents: [
      ...(noted !== undefined && noted !== before
        ? [{ kind: "tag group" as const, tags: { [beforeTag]: noted } }]
        : []),
      { kind: "set sizes", expected: sizes, to: raisedBy(sizes, ours) },
    ],
  };
}

/** So many nodes more, with their receipt. */
export function raiseBy(group: Scene["look"]["group"], more: number): Extract<Move, { kind: "act" }> {
  return { ...raise(group, more), entries: [entryFor(group.sizes, more)] };
}

function entryFor(before: Sizes, ours: number) {
  return { kind: "sizes", before, ours, maxRaisedBy: ours } as const;
}

/** As many as were asked for need not come: one that serves in every zone is enough for its pods' volumes to follow. */
function awaitNodes(scene: Scene): Move | undefined {
  const { look, progress, roll, now, step } = scene;
  const seen: CapacityLook = {
    members: look.members,
    unreadyDaemonPods: unreadyDaemonPods(look.pods),
    surge: shareOf(roll)?.ours ?? 0,
  };
  const { done, missing } = capacity(seen);
  if (done) return undefined;
  const more = raiseAgain(scene, seen);
  if (more) return more;
  const lacking = missing.join(", ");
  if (now - waitingSince(scene) < patience) {
    return { kind: "wait", wait: { for: lacking, until: now + lookEvery } };
  }
  const since = progress.phases["scale up"].startedAt ?? now;
  const problem = whyNoCapacity({
    ...seen,
    ...{ group: step.nodeGroup, since, waited: now - since },
    desired: look.group.sizes.desired,
    suspended: look.group.suspended,
    activities: look.activities ?? [],
  });
  return {
    kind: "wait",
    wait: { for: `an answer: I still wait for ${lacking}`, until: now + 3 * lookEvery },
    question: {
      id: capacityQuestion,
      problem,
      choices: ["wait", "stop"],
      since: roll.question?.since ?? now,
    },
  };
}

/**
 * Auto Scaling launches in the emptiest zones. One that was fuller than the others before gets a new node only when they
 * are as full; and one whose new node others took away (Cluster Autoscaler, while nobody kept it off) gets none by itself:
 * so many more are asked for, once. And what it cannot launch in a zone it launches elsewhere, and then has as many as it
 * wants: when a person says "wait", it is asked for one more per zone that lacks one.
 */
function raiseAgain({ look, roll, progress }: Scene, seen: CapacityLook): Move | undefined {
  const { zonesWithout } = capacity(seen);
  const coming = look.members.filter(({ old, serving }) => old === false && !serving).length;
  const { sizes } = look.group;
  if (zonesWithout.length === 0 || coming > 0 || look.members.length < sizes.desired) return undefined;
  const answered = waits(progress).some(({ at }) => at > lastRaised(roll));
  const more = answered ? zonesWithout.length : toReach(zonesWithout, look, roll);
  if (more === 0) return undefined;
  return { ...raise(look.group, more, shareOf(roll)?.ours), entries: [entryFor(sizes, more)] };
}

/**
 * How many nodes bring the zones to where each of those that lack a new one gets it; 0 where neither fullness nor others
 * kept it from them, or it was tried.
 */
function toReach(
  missing: readonly string[],
  { group, members }: Scene["look"],
  { ledger, returned = 0 }: Scene["roll"],
): number {
  const count = (zone: string) => members.filter((member) => member.zone === zone).length;
  const fullest = Math.max(...group.zones.map(count));
  const raised = ledger.filter(({ kind, undone }) => kind === "sizes" && undone === undefined).length;
  const explained = returned > 0 || missing.every((zone) => count(zone) === fullest);
  if (raised !== 1 || !explained) return 0;
  const reached = Math.max(...missing.map(count)) + 1;
  return group.zones.reduce((sum, zone) => sum + Math.max(0, reached - count(zone)), 0);
}

function lastRaised({ ledger }: Scene["roll"]): Instant {
  return Math.max(0, ...ledger.map((entry) => (entry.kind === "sizes" ? entry.at : 0)));
}

function unreadyDaemonPods(pods: readonly PodSeen[]): ReadonlyMap<string, readonly string[]> {
  const unready = new Map<string, string[]>();
  for (const { owner, ready, node, namespace, name } of pods) {
    if (owner?.kind !== "DaemonSet" || ready) continue;
    unready.set(node, [...(unready.get(node) ?? []), `${namespace}/${name}`]);
  }
  return unready;
}

/** A person who says "wait" is asked again after as long. */
function waitingSince({ progress, now }: Scene): Instant {
  return Math.max(progress.phases["scale up"].startedAt ?? now, ...waits(progress).map(({ at }) => at));
}

function waits({ answers = [] }: Scene["progress"]): readonly Answer[] {
  return answers.filter(({ about, choice }) => about === capacityQuestion && choice === "wait");
}

function markOldNodes(scene: Scene): Move | undefined {
  const unmarked = oldNodes(scene).filter((node) => lacksMark(node));
  if (unmarked.length === 0) return undefined;
  return {
    kind: "act",
    intents: unmarked.slice(0, nodesPerWrite).map(({ name, uid }) => drainMarks(name, uid)),
  };
}

function oldNodes({ look: { members } }: Pick<Scene, "look">): RollNodeSeen[] {
  return members.flatMap(({ old, node, instance }) =>
    old === true && node && !instance.lifecycle.startsWith("Terminat") ? [node] : [],
  );
}
