import type { Region } from "../../aws/region.js";
import { Trouble } from "../../core/problems.js";
import { ownerOf } from "../../core/roll/answers.js";
import { leaving } from "../../core/roll/judge-drains.js";
import { members as join, type Member } from "../../core/roll/members.js";
import { type RollLook, referenceKey, shareOf } from "../../core/roll/scene.js";
import type { Ec2InstanceSeen, OwnerSeen, RollNodeSeen, TemplateVersionSeen } from "../../core/roll/seen.js";
import { referencesOf } from "../../core/roll/setup-parts.js";
import type { RollProgress } from "../../core/run.js";
import type { AutoScalingGroupSeen, ClusterSeen, PodSeen } from "../../core/seen.js";
import type { Kubernetes } from "../../kubernetes/cluster.js";
import type { StepAtHand } from "../managed.js";

/** One look, and the cluster's API to act through. Undefined: somebody deleted the Auto Scaling group. */
export interface Observed {
  readonly look: RollLook;
  readonly cluster: ClusterSeen;
  readonly kubernetes: Kubernetes;
}

/**
 * One look at a self-managed group. Reads only, and no more than the phase at hand needs: what is asked at every look
 * does not grow with pods.
 * @throws Trouble when AWS or the cluster's API cannot be asked: without either nothing is done
 */
export async function observeRoll(hand: StepAtHand, roll: RollProgress): Promise<Observed | undefined> {
  const { run, step, outside, signal } = hand;
  const region = outside.region(run.plan.region);
  const [cluster, [group]] = await Promise.all([
    region.eks.cluster(run.plan.cluster, signal),
    region.autoScaling.groups([step.nodeGroup], signal),
  ]);
  if (!group) return undefined;
  if (cluster.status === "UPDATING") throw updating(cluster);
  const kubernetes = outside.kubernetes(cluster);
  const [nodes, instances] = await Promise.all([
    kubernetes.allNodes(signal),
    instancesOf(region, group, signal),
  ]);
  const members = join(group, instances, nodes, step.to.image);
  const [pods, attached, targets, activities, templates, owners] = await Promise.all([
    podsFor(hand, roll, members, kubernetes),
    attachedFor(hand, roll, nodes, kubernetes),
    targetsFor(hand, roll, group, region),
    late(hand, roll) ? region.autoScaling.activities(group.name, signal) : undefined,
    templatesFor(hand, group, region),
    ownersFor(hand, kubernetes),
  ]);
  const look: RollLook = {
    ...{ group, members, pods, attached },
    nodes: new Map(nodes.map((node) => [node.name, node])),
    ...(targets && { drainingTargets: targets }),
    ...(activities && { activities }),
    ...(templates && { templates }),
    ...(owners && { owners }),
    ...(outside.self !== undefined && { self: outside.self }),
  };
  return { look, cluster, kubernetes };
}

/** Nodes cannot join a control plane that is being updated. */
function updating(cluster: ClusterSeen): Trouble {
  const next = "The control plane is being updated; the roll goes on when it is ACTIVE again.";
  return new Trouble("busy", `go on with the nodes of ${cluster.name}`, "ClusterUpdating", next);
}

/** What EC2 said of an instance does not change while it lives: each is asked about once. */
const known = new WeakMap<Region, Map<string, Map<string, Ec2InstanceSeen>>>();

async function instancesOf(
  region: Region,
  group: AutoScalingGroupSeen,
  signal: AbortSignal,
): Promise<Ec2InstanceSeen[]> {
  const groups = known.get(region) ?? new Map<string, Map<string, Ec2InstanceSeen>>();
  known.set(region, groups);
  const before = groups.get(group.name) ?? new Map<string, Ec2InstanceSeen>();
  const ids = group.instances.map(({ id }) => id);
  const asked = ids.filter((id) => before.get(id)?.state !== "running");
  const told = asked.length > 0 ? await region.ec2.instances(asked, signal) : [];
  const now = new Map([...before, ...told.map((each) => [each.id, each] as const)]);
  const alive = ids.flatMap((id) => now.get(id) ?? []);
  groups.set(group.name, new Map(alive.map((each) => [each.id, each])));
  return alive;
}

/**
 * Pods that the phase at hand is judged by: in scale up those of new nodes (their DaemonSets), when the upgrade begins
 * those of old ones (what must go last), when nodes are chosen to be given back those of all.
 */
async function podsFor(
  { progress, run, signal }: StepAtHand,
  roll: RollProgress,
  members: readonly Member[],
  kubernetes: Kubernetes,
): Promise<PodSeen[]> {
  const { phases } = progress;
  const nodesOf = (meant: (member: Member) => boolean) =>
    members.flatMap((member) => (member.node && meant(member) ? [member.node.name] : []));
  if (phases["scale down"].startedAt !== undefined || run.stopping) {
    const chosen = leaving({ roll }).filter(({ surplus, endedAt }) => surplus && endedAt === undefined);
    const toGive = (shareOf(roll)?.ours ?? 0) - (roll.returned ?? 0);
    return chosen.length < toGive
      ? kubernetes.pods(
          nodesOf(() => true),
          signal,
        )
      : [];
  }
  if (phases["scale up"].endedAt !== undefined) {
    return roll.precious
      ? []
      : kubernetes.pods(
          nodesOf(({ old }) => old === true),
          signal,
        );
  }
  return kubernetes.pods(
    nodesOf(({ old, serving }) => old === false && serving),
    signal,
  );
}

/** A volume that is still attached keeps its pod from starting elsewhere. */
async function attachedFor(
  { signal }: StepAtHand,
  roll: RollProgress,
  nodes: readonly RollNodeSeen[],
  kubernetes: Kubernetes,
): Promise<ReadonlySet<string>> {
  const emptying = leaving({ roll }).some(
    ({ emptySince, endedAt }) => emptySince === undefined && endedAt === undefined,
  );
  if (!emptying) return new Set();
  const names = new Set(nodes.map(({ name }) => name));
  const attachments = await kubernetes.attachments(signal);
  return new Set(attachments.flatMap(({ node }) => (names.has(node) ? [node] : [])));
}

async function targetsFor(
  { step, signal }: StepAtHand,
  roll: RollProgress,
  group: AutoScalingGroupSeen,
  region: Region,
): Promise<ReadonlySet<string> | undefined> {
  const empty = leaving({ roll }).some(
    ({ emptySince, endedAt }) => emptySince !== undefined && endedAt === undefined,
  );
  if (!step.watchTargets || !empty || group.targetGroups.length === 0) return undefined;
  const targets = await region.loadBalancers.targets(group.targetGroups, signal);
  return new Set(targets.flatMap(({ id, state }) => (state === "unused" ? [] : [id])));
}

const lateAfter = 2 * 60_000;
const stillAfter = 10 * 60_000;

/** New nodes do not come, or nothing else moves: Auto Scaling may say why. */
function late({ progress, now }: StepAtHand, { still }: RollProgress): boolean {
  const { startedAt, endedAt } = progress.phases["scale up"];
  const isAdding = startedAt !== undefined && endedAt === undefined;
  return (isAdding && now - startedAt > lateAfter) || (still !== undefined && now - still.since > stillAfter);
}

async function templatesFor(
  { progress, signal }: StepAtHand,
  { template }: AutoScalingGroupSeen,
  { ec2 }: Region,
): Promise<ReadonlyMap<string, TemplateVersionSeen> | undefined> {
  if (!template || progress.phases.setup.endedAt !== undefined) return undefined;
  const found = await Promise.all(
    referencesOf(template).map(async (reference) => {
      const version = await ec2.templateVersion(reference.id, reference.version, signal);
      return [referenceKey(reference), version] as const;
    }),
  );
  return new Map(found);
}

async function ownersFor(
  { progress, signal }: StepAtHand,
  kubernetes: Kubernetes,
): Promise<OwnerSeen[] | undefined> {
  const wanted = (progress.answers ?? []).flatMap(({ choice, doneAt, about }) => {
    const meant = choice === "surge owner" && doneAt === undefined;
    return (meant && ownerOf(progress.blockers?.find(({ id }) => id === about))) || [];
  });
  if (wanted.length === 0) return undefined;
  const owners = await Promise.all(wanted.map((owner) => kubernetes.owner(owner, signal)));
  return owners.flatMap((owner) => owner ?? []);
}
