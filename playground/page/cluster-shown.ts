import { isFinished } from "../kubernetes/conditions.js";
import type { Node, Pod } from "../kubernetes/objects.js";
import { groupBy } from "../kubernetes/pods.js";
import { launchSource } from "../world/launch-templates.js";
import { membersOf, scalingGroupOf, selfManagedGroupsOf, templateOf } from "../world/lookup.js";
import { offerIn } from "../world/releases.js";
import type { AutoScalingGroup } from "../world/scaling-state.js";
import type { Cluster, Instance, NodeGroup, Update, World } from "../world/state.js";
import { environmentOf } from "./environment-shown.js";
import { marksShown } from "./marks-shown.js";
import { type NodeLook, nodeShown, podsShown } from "./node-shown.js";
import { phasesShown } from "./phases-shown.js";
import type { ClusterShown, NodeGroupShown, SizesShown } from "./protocol.js";

/** A cluster as it is in the world, whatever the bot says of it. */
export function clusterShown(world: World, cluster: Cluster): ClusterShown {
  const { store } = cluster.kubernetes;
  const pods = groupBy(
    store.list("pods").filter((pod) => !isFinished(pod)),
    (pod) => pod.spec.nodeName,
  );
  const { releases, withdrawn } = offerIn(world, cluster.region);
  const names = new Map([...withdrawn, ...releases].map(({ image, release }) => [image, release]));
  const look: Look = {
    world,
    cluster,
    releaseOf: (image) => names.get(image) ?? image,
    podsOn: (node) => pods.get(node) ?? [],
    nodeOf: ({ nodeName }) => store.get("nodes", { name: nodeName }),
    refused: new Set(world.history.filter(({ type }) => type === "refused").map(({ subject }) => subject)),
  };
  return {
    name: cluster.name,
    environment: environmentOf(world.scenario, cluster),
    region: cluster.region,
    account: cluster.account,
    version: cluster.version,
    nodeGroups: [
      ...[...cluster.nodeGroups.values()].map((group) => managedShown(look, group)),
      ...selfManagedGroupsOf(world, cluster).map((group) => selfManagedShown(look, group)),
    ],
    waiting: podsShown(look.podsOn(undefined)),
  };
}

/** What there is, read once. */
interface Look {
  readonly world: World;
  readonly cluster: Cluster;
  /** Of an AMI of the cluster's region; its id where it is nobody's release. */
  releaseOf(image: string): string;
  podsOn(node: string | undefined): readonly Pod[];
  nodeOf(instance: Instance): Node | undefined;
  /** Pods whose eviction was refused: "orders/orders-5d8f". */
  readonly refused: ReadonlySet<string>;
}

function managedShown(look: Look, group: NodeGroup): NodeGroupShown {
  const { world, cluster } = look;
  const update = cluster.updates.findLast(({ nodeGroup }) => nodeGroup === group.name);
  return {
    name: group.name,
    kind: "managed",
    release: group.release,
    status: group.status,
    ...scalingShown(scalingGroupOf(world, group)),
    showsAge: update !== undefined,
    ...(update && {
      update: {
        status: update.status,
        target: update.target.release,
        phases: phasesShown(world.history, group, update),
        errors: update.errors.map(({ errorCode, errorMessage }) => `${errorCode}: ${errorMessage}`),
      },
    }),
    nodes: nodesShown(look, { name: group.autoScalingGroup }, update?.target.image, (instance) => ({
      marks: [],
      isBeingDrained: isBeingDrained(world, instance, update),
    })),
  };
}

/** The bot drives its roll, and the world knows no phases of it: what is shown is what it did to the group and its nodes. */
function selfManagedShown(look: Look, group: AutoScalingGroup): NodeGroupShown {
  const { world } = look;
  const template = templateOf(world, group);
  const { image, launchTemplateVersion } = launchSource(world, group);
  return {
    name: group.name,
    kind: "self-managed",
    release: look.releaseOf(image),
    template: `${template.name}, version ${launchTemplateVersion}`,
    ...scalingShown(group),
    showsAge: wasRolled(world, group),
    nodes: nodesShown(look, group, image, (instance, node) => {
      const marks = marksShown(instance, node);
      const isKeptEmpty = marks.some(({ what, whose }) => whose === "bot" && what === "no new pods");
      const holds = look
        .podsOn(instance.nodeName)
        .some(({ metadata }) => look.refused.has(`${metadata.namespace}/${metadata.name}`));
      return { marks, isBeingDrained: isKeptEmpty && holds };
    }),
  };
}

/** It launches what nobody had made for it when the world began. */
function wasRolled(world: World, group: AutoScalingGroup): boolean {
  const { launchTemplate, launchTemplateVersion } = launchSource(world, group);
  const version = world.launchTemplates.get(launchTemplate)?.versions[launchTemplateVersion - 1];
  return version !== undefined && version.createdAt > group.createdAt;
}

function scalingShown(group: AutoScalingGroup): Pick<NodeGroupShown, "sizes" | "suspended"> {
  return {
    sizes: { ...sizesOf(group), wanted: sizesOf(group.wanted) },
    suspended: [...group.suspended],
  };
}

const sizesOf = ({ min, desired, max }: SizesShown): SizesShown => ({ min, desired, max });

function nodesShown(
  { world, releaseOf, podsOn, nodeOf, refused }: Look,
  group: Pick<AutoScalingGroup, "name">,
  newImage: string | undefined,
  known: (instance: Instance, node: Node | undefined) => Pick<NodeLook, "marks" | "isBeingDrained">,
): NodeGroupShown["nodes"] {
  return membersOf(world, group)
    .sort(byZone)
    .map((instance) => {
      const node = nodeOf(instance);
      return nodeShown({
        instance,
        node,
        release: releaseOf(instance.image),
        isNew: instance.image === newImage,
        pods: podsOn(instance.nodeName),
        refused,
        ...known(instance, node),
      });
    });
}

function byZone(one: Instance, other: Instance): number {
  return one.subnet.zone.localeCompare(other.subnet.zone) || one.launchedAt - other.launchedAt;
}

/** EKS drains it in the update under way: from the record's word for it on, through the pause when it is empty. */
function isBeingDrained(world: World, { nodeName }: Instance, update: Update | undefined): boolean {
  if (update?.status !== "InProgress") return false;
  return world.history.some(
    ({ at, type, subject }) => type === "draining" && subject === nodeName && at >= update.createdAt,
  );
}
