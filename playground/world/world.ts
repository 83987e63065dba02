import { simulateKubernetes } from "../kubernetes/cluster.js";
import type { Scenario, ScenarioCluster, ScenarioNodeGroup, Subnet } from "../scenarios/types.js";
import { awaitActs } from "./acts.js";
import type { WorldClock } from "./clock.js";
import { becomeReady, createInstance, joinCluster, startRunning } from "./instances.js";
import { existing, findCluster } from "./lookup.js";
import { type Random, seededRandom } from "./random.js";
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
  const world: World = {
    scenario,
    clock,
    random,
    clusters,
    autoScalingGroups: new Map(),
    launchTemplates: new Map(),
    instances: new Map(),
    history,
    calls: [],
    launchFault: ({ subnet }) => scenario.launchFaults?.find(({ zone }) => zone === subnet.zone)?.fault,
    setKubernetesAccess(cluster, access) {
      findCluster(world, cluster).access = access;
    },
    record(type, subject, what) {
      const change = { at: clock.now(), type, subject, what };
      history.push(change);
      for (const listener of listeners) listener(change);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop() {
      for (const cluster of clusters.values()) cluster.kubernetes.stop();
      clock.stop();
    },
  };
  for (const given of scenario.clusters) clusters.set(given.name, createCluster(given, clock, random));
  for (const given of scenario.clusters)
    for (const group of given.nodeGroups) startNodes(world, findCluster(world, given.name), group);
  for (const given of scenario.clusters) findCluster(world, given.name).kubernetes.deploy(given.workloads);
  awaitActs(world);
  return world;
}

function createCluster(given: ScenarioCluster, clock: WorldClock, random: Random): Cluster {
  return {
    name: given.name,
    version: given.version,
    platformVersion: given.platformVersion,
    createdAt: Date.parse(given.createdOn),
    subnets: given.subnets,
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
  const release = world.scenario.releases.find(
    (published) => published.release === given.release && published.amiType === given.amiType,
  );
  const { image } = existing(release, `release ${given.release} for ${given.amiType}`);
  world.launchTemplates.set(group.launchTemplate, {
    id: group.launchTemplate,
    name: `eks-${group.uuid}`,
    createdAt: group.createdAt,
    versions: [{ number: 1, image, createdAt: group.createdAt }],
  });
  const scaling = {
    name: group.autoScalingGroup,
    cluster: cluster.name,
    nodeGroup: group.name,
    subnets: group.subnets,
    createdAt: group.createdAt,
    launchTemplate: group.launchTemplate,
    launchTemplateVersion: 1,
    ...given.sizes,
    activities: [],
    awake: false,
  };
  world.autoScalingGroups.set(scaling.name, scaling);
  for (let made = 0; made < given.sizes.desired; made++) {
    const subnet = existing(group.subnets[made % group.subnets.length], `subnet of ${group.name}`);
    const instance = createInstance(world, scaling, subnet, group.createdAt);
    startRunning(instance);
    joinCluster(world, instance, group.createdAt);
    becomeReady(world, instance);
  }
}
