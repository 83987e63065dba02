import { simulateKubernetes } from "../kubernetes/cluster.js";
import type { Scenario, ScenarioCluster, ScenarioNodeGroup, Subnet } from "../scenarios/types.js";
import { awaitActs } from "./acts.js";
import type { WorldClock } from "./clock.js";
import { runClusterAutoscaler } from "./cluster-autoscaler.js";
import { watchRefusals } from "./drain.js";
import { becomeReady, createInstance, joinCluster, startRunning } from "./instances.js";
import { addTemplate } from "./launch-templates.js";
import { existing, findCluster } from "./lookup.js";
import { openOffer } from "./offer.js";
import { placeOf } from "./place.js";
import { type Random, seededRandom } from "./random.js";
import { everPublished, offerIn } from "./releases.js";
import { addScalingGroup, managedTags } from "./scaling-group.js";
import { startSelfManaged } from "./self-managed.js";
import type { Cluster, NodeGroup, World, WorldChange } from "./state.js";

export interface WorldOptions {
  readonly scenario: Scenario;
  readonly clock: WorldClock;
  /** Instead of the scenario's. */
  readonly seed?: number;
}

/** A world at its origin: every node of the scenario runs and is Ready, its workloads are being scheduled. */
export function createWorld({ scenario, clock, seed }: WorldOptions): World {
  const random = seededRandom(seed ?? scenario.seed);
  const history: WorldChange[] = [];
  const listeners = new Set<(change: WorldChange) => void>();
  const clusters = new Map<string, Cluster>();
  const record: World["record"] = (type, subject, what) => {
    const change = { at: clock.now(), type, subject, what };
    history.push(change);
    for (const listener of listeners) listener(change);
  };
  const world: World = {
    scenario,
    clock,
    origin: clock.now(),
    random,
    clusters,
    autoScalingGroups: new Map(),
    launchTemplates: new Map(),
    instances: new Map(),
    ...openOffer(scenario, clock, record),
    sessions: new Map(),
    addresses: new Set(),
    history,
    calls: [],
    launchFault: ({ subnet }) => scenario.launchFaults?.find(({ zone }) => zone === subnet.zone)?.fault,
    setKubernetesAccess(cluster, access) {
      findCluster(world, cluster).access = access;
    },
    record,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop() {
      for (const cluster of clusters.values()) cluster.kubernetes.stop();
      clock.stop();
    },
  };
  for (const given of scenario.clusters)
    clusters.set(given.name, createCluster(scenario, given, clock, random));
  for (const given of scenario.clusters)
    for (const group of given.nodeGroups) startNodes(world, findCluster(world, given.name), group);
  for (const given of scenario.clusters)
    for (const group of given.selfManaged ?? [])
      startSelfManaged(world, findCluster(world, given.name), group);
  for (const given of scenario.clusters) findCluster(world, given.name).kubernetes.deploy(given.workloads);
  for (const { kubernetes } of world.clusters.values()) watchRefusals(world, kubernetes);
  for (const given of scenario.clusters)
    if (given.clusterAutoscaler) runClusterAutoscaler(world, findCluster(world, given.name));
  awaitActs(world);
  return world;
}

function createCluster(
  scenario: Scenario,
  given: ScenarioCluster,
  clock: WorldClock,
  random: Random,
): Cluster {
  return {
    ...placeOf(scenario, given),
    name: given.name,
    version: given.version,
    platformVersion: given.platformVersion,
    createdAt: Date.parse(given.createdOn),
    subnets: given.subnets,
    supportType: given.supportType ?? "EXTENDED",
    kubernetes: simulateKubernetes({ name: given.name, clock, version: given.serverVersion }),
    nodeGroups: new Map(given.nodeGroups.map((group) => [group.name, createNodeGroup(given, group, random)])),
    updates: [],
    status: "ACTIVE",
  };
}

function createNodeGroup(cluster: ScenarioCluster, given: ScenarioNodeGroup, random: Random): NodeGroup {
  const uuid = random.uuid();
  return {
    cluster: cluster.name,
    name: given.name,
    uuid,
    amiType: given.amiType,
    capacityType: given.capacityType,
    instanceType: given.instanceType,
    maxPods: given.maxPods,
    subnets: given.subnets.map((id) => subnetOf(cluster, id)),
    createdAt: Date.parse(given.createdOn),
    sizes: given.sizes,
    autoScalingGroup: `eks-${given.name}-${uuid}`,
    launchTemplate: `lt-0${random.hex(16)}`,
    updateConfig: given.updateConfig,
    status: "ACTIVE",
    version: given.version,
    release: given.release,
    modifiedAt: Date.parse(given.createdOn),
    healthIssues: [...(given.healthIssues ?? [])],
  };
}

function subnetOf(cluster: ScenarioCluster, id: string): Subnet {
  return existing(
    cluster.subnets.find((subnet) => subnet.id === id),
    `subnet ${id} in cluster ${cluster.name}`,
  );
}

/** What EKS made when the group was created, long ago: its launch template, its Auto Scaling group, its nodes zone by zone. */
function startNodes(world: World, cluster: Cluster, given: ScenarioNodeGroup): void {
  const group = existing(cluster.nodeGroups.get(given.name), given.name);
  const image = imageOf(world, cluster, given);
  const source =
    given.launchTemplate && addTemplate(world, cluster, given.launchTemplate.template, group.createdAt);
  if (source && given.launchTemplate)
    group.sourceTemplate = { id: source.id, version: given.launchTemplate.version };
  world.launchTemplates.set(group.launchTemplate, {
    region: cluster.region,
    account: cluster.account,
    id: group.launchTemplate,
    name: `eks-${group.uuid}`,
    createdAt: group.createdAt,
    ofEks: true,
    defaultVersion: 1,
    versions: [
      {
        number: 1,
        image,
        createdAt: group.createdAt,
        ...(given.launchTemplate && { source: given.launchTemplate.version }),
      },
    ],
  });
  const scaling = addScalingGroup(world, {
    name: group.autoScalingGroup,
    cluster: cluster.name,
    nodeGroup: group.name,
    subnets: group.subnets,
    createdAt: group.createdAt,
    instanceType: group.instanceType,
    maxPods: group.maxPods,
    labels: {
      "eks.amazonaws.com/nodegroup": group.name,
      "eks.amazonaws.com/capacityType": group.capacityType,
    },
    launchTemplate: group.launchTemplate,
    launchTemplateVersion: 1,
    image,
    sizes: given.sizes,
    tags: managedTags(cluster.name, group.name),
  });
  for (let made = 0; made < given.sizes.desired; made++) {
    const subnet = existing(group.subnets[made % group.subnets.length], `subnet of ${group.name}`);
    const instance = createInstance(world, scaling, subnet, group.createdAt);
    startRunning(instance);
    joinCluster(world, instance, group.createdAt);
    becomeReady(world, instance);
  }
}

/** Of the group's release, or the one that its own launch template names. */
function imageOf(
  world: World,
  { region }: Cluster,
  { amiType, version: minor, release, launchTemplate }: ScenarioNodeGroup,
): string {
  if (amiType === "CUSTOM") {
    const version = launchTemplate?.template.versions[launchTemplate.version - 1];
    return existing(version?.image, "AMI in its own launch template");
  }
  const known = everPublished(offerIn(world, region), minor, amiType);
  const published = known.find((one) => one.release === release);
  return existing(published, `release ${release} for ${amiType}`).image;
}
