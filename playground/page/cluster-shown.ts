import type { SimulatedCluster } from "../kubernetes/cluster.js";
import { controllerOf, findCondition, isFinished } from "../kubernetes/conditions.js";
import type { Node, Pod } from "../kubernetes/objects.js";
import { groupBy } from "../kubernetes/pods.js";
import { membersOf } from "../world/lookup.js";
import type { Cluster, Instance, NodeGroup, Update, World } from "../world/state.js";
import { phasesShown } from "./phases-shown.js";
import type { ClusterShown, NodeGroupShown, NodeShown, PodShown } from "./protocol.js";

/** A cluster as it is in the world, whatever the bot says of it. */
export function clusterShown(world: World, cluster: Cluster): ClusterShown {
  const pods = groupBy(
    cluster.kubernetes.store.list("pods").filter((pod) => !isFinished(pod)),
    (pod) => pod.spec.nodeName,
  );
  const podsOn = (node: string | undefined) => (pods.get(node) ?? []).map(podShown);
  return {
    name: cluster.name,
    version: cluster.version,
    nodeGroups: [...cluster.nodeGroups.values()].map((group) => groupShown(world, cluster, group, podsOn)),
    waiting: podsOn(undefined),
  };
}

type PodsOn = (node: string) => readonly PodShown[];

function groupShown(world: World, cluster: Cluster, group: NodeGroup, podsOn: PodsOn): NodeGroupShown {
  const update = cluster.updates.findLast(({ nodeGroup }) => nodeGroup === group.name);
  return {
    name: group.name,
    release: group.release,
    status: group.status,
    ...(update && {
      update: {
        status: update.status,
        target: update.target.release,
        phases: phasesShown(world.history, group, update),
        errors: update.errors.map(({ errorCode, errorMessage }) => `${errorCode}: ${errorMessage}`),
      },
    }),
    nodes: membersOf(world, { name: group.autoScalingGroup })
      .sort(byZone)
      .map((instance) => nodeShown(world, cluster.kubernetes, instance, update, podsOn)),
  };
}

function byZone(one: Instance, other: Instance): number {
  return one.subnet.zone.localeCompare(other.subnet.zone) || one.launchedAt - other.launchedAt;
}

function nodeShown(
  world: World,
  { store }: SimulatedCluster,
  instance: Instance,
  update: Update | undefined,
  podsOn: PodsOn,
): NodeShown {
  const release = world.scenario.releases.find(({ image }) => image === instance.image);
  const pods = podsOn(instance.nodeName);
  const node = store.get("nodes", { name: instance.nodeName });
  const leaving = pods.some((pod) => !pod.daemon && pod.state === "terminating");
  return {
    name: instance.nodeName,
    zone: instance.subnet.zone,
    release: release?.release ?? instance.image,
    isNew: instance.image === update?.target.image,
    state: nodeState(instance, node, leaving || isBeingDrained(world, instance, update)),
    pods,
  };
}

function nodeState(instance: Instance, node: Node | undefined, draining: boolean): NodeShown["state"] {
  if (instance.state === "shutting-down") return "terminating";
  // Lost, and nobody has noticed yet.
  if (instance.state === "terminated") return "not ready";
  if (instance.lifecycle.startsWith("Terminating")) return draining ? "draining" : "terminating";
  if (instance.state === "pending") return "launching";
  if (instance.node !== "ready") return "joining";
  if (findCondition(node?.status.conditions, "Ready")?.status !== "True") return "not ready";
  if (!node?.spec.unschedulable) return "ready";
  return draining ? "draining" : "cordoned";
}

/** EKS drains it in the update under way: from the record's word for it on, through the pause when it is empty. */
function isBeingDrained(world: World, { nodeName }: Instance, update: Update | undefined): boolean {
  if (update?.status !== "InProgress") return false;
  return world.history.some(
    ({ at, type, subject }) => type === "draining" && subject === nodeName && at >= update.createdAt,
  );
}

function podShown(pod: Pod): PodShown {
  const { namespace = "", name, deletionTimestamp } = pod.metadata;
  const state = deletionTimestamp ? "terminating" : isRunning(pod) ? "running" : "pending";
  return { namespace, name, state, daemon: controllerOf(pod)?.kind === "DaemonSet" };
}

const isRunning = (pod: Pod) => findCondition(pod.status.conditions, "Ready")?.status === "True";
