import type { Subnet } from "../scenarios/types.js";
import { drain } from "./drain.js";
import { existing, isActive, templateOf } from "./lookup.js";
import type {
  AutoScalingGroup,
  Cluster,
  Instance,
  LaunchFault,
  NodeGroup,
  ScalingActivity,
  World,
} from "./state.js";
import { pass, passUntil } from "./time.js";

/** An instance as launched from the group's launch template version: EC2 knows it, no kubelet runs yet. */
export function createInstance(
  world: World,
  group: AutoScalingGroup,
  subnet: Subnet,
  launchedAt: number,
): Instance {
  const template = templateOf(world, group);
  const version = template.versions.find(({ number }) => number === group.launchTemplateVersion);
  const ip = freeAddress(world, subnet);
  const instance: Instance = {
    id: `i-0${world.random.hex(16)}`,
    autoScalingGroup: group.name,
    subnet,
    privateIp: ip,
    nodeName: `ip-${ip.replaceAll(".", "-")}.${world.scenario.region}.compute.internal`,
    instanceType: nodeGroupOf(world, group).instanceType,
    image: existing(version, `launch template version ${group.launchTemplateVersion}`).image,
    launchTemplateVersion: group.launchTemplateVersion,
    launchedAt,
    lifecycle: "Pending",
    state: "pending",
    node: "none",
  };
  world.instances.set(instance.id, instance);
  return instance;
}

/** From launch to Ready, as far as the fault lets it come. Ends early if the instance is terminated meanwhile. */
export async function bringUp(
  world: World,
  instance: Instance,
  activity: ScalingActivity,
  fault: LaunchFault | undefined,
): Promise<void> {
  const { clock } = world;
  const { timings } = world.scenario;
  await pass(clock, timings.running);
  if (!isActive(instance)) return;
  startRunning(instance);
  activity.status = "Successful";
  activity.endedAt = clock.now();
  world.record("running", instance.nodeName, `${instance.id} runs in ${instance.subnet.zone}`);

  if (fault?.kind === "never joins") await untilCured(world, instance, fault);
  const late = fault?.kind === "joins late" ? fault.seconds : 0;
  await pass(clock, timings.registration + world.random.below(timings.registrationSpread + 1) + late);
  if (!isActive(instance)) return;
  joinCluster(world, instance);
  world.record("joined", instance.nodeName, `${instance.nodeName} joined the cluster`);

  if (fault?.kind === "never ready") await untilCured(world, instance, fault);
  await pass(clock, timings.ready);
  if (!isActive(instance)) return;
  becomeReady(world, instance);
  world.record("ready", instance.nodeName, `${instance.nodeName} is Ready`);
}

/** A kubelet tries again for as long as its instance runs: it comes up when what keeps it from that is gone. */
async function untilCured(world: World, instance: Instance, fault: LaunchFault): Promise<void> {
  await passUntil(world.clock, () => !isActive(instance) || world.launchFault(instance)?.kind !== fault.kind);
}

export function startRunning(instance: Instance): void {
  instance.state = "running";
  instance.lifecycle = "InService";
}

/** The kubelet registers with the labels that EKS gives the nodes of a managed group; now, or `createdAt`. */
export function joinCluster(world: World, instance: Instance, createdAt?: number): void {
  const group = nodeGroupOf(world, scalingGroup(world, instance));
  const release = world.scenario.releases.find(({ image }) => image === instance.image);
  instance.node = "registered";
  clusterOf(world, instance).kubernetes.registerNode({
    name: instance.nodeName,
    instanceId: instance.id,
    zone: instance.subnet.zone,
    region: world.scenario.region,
    instanceType: instance.instanceType,
    kubeletVersion: existing(release, `release with AMI ${instance.image}`).kubelet,
    labels: {
      "eks.amazonaws.com/nodegroup": group.name,
      "eks.amazonaws.com/nodegroup-image": instance.image,
      "eks.amazonaws.com/capacityType": group.capacityType,
    },
    maxPods: group.maxPods,
    ...(createdAt !== undefined && { createdAt }),
  });
}

export function becomeReady(world: World, instance: Instance): void {
  instance.node = "ready";
  clusterOf(world, instance).kubernetes.setNodeReady(instance.nodeName, "True");
}

/**
 * Auto Scaling takes the instance out of service. A managed group's termination hook holds it in Terminating:Wait while EKS
 * drains the node; after 15 minutes it is terminated whether or not all pods left (EKS user guide: scale-in of managed groups).
 */
export async function terminate(world: World, instance: Instance, activity: ScalingActivity): Promise<void> {
  const { clock, scenario } = world;
  const { kubernetes } = clusterOf(world, instance);
  instance.lifecycle = "Terminating:Wait";
  activity.status = "MidLifecycleAction";
  world.record("terminating", instance.nodeName, `${instance.id} is being terminated`);
  if (instance.node !== "none") {
    kubernetes.changeNode(instance.nodeName, { unschedulable: true });
    await drain(world, kubernetes, instance.nodeName, clock.now() + scenario.timings.drainLimit * 1000);
  }
  await pass(clock, scenario.timings.terminationHook);

  instance.lifecycle = "Terminating:Proceed";
  instance.state = "shutting-down";
  await pass(clock, scenario.timings.termination);

  instance.lifecycle = "gone";
  instance.state = "terminated";
  instance.terminatedAt = clock.now();
  activity.status = "Successful";
  activity.endedAt = clock.now();
  if (instance.node !== "none") kubernetes.removeNode(instance.nodeName);
  world.record("terminated", instance.nodeName, `${instance.id} is gone`);
}

function clusterOf(world: World, instance: Instance): Cluster {
  const { cluster } = scalingGroup(world, instance);
  return existing(world.clusters.get(cluster), cluster);
}

function nodeGroupOf(world: World, group: AutoScalingGroup): NodeGroup {
  const cluster = existing(world.clusters.get(group.cluster), group.cluster);
  return existing(cluster.nodeGroups.get(group.nodeGroup), group.nodeGroup);
}

function scalingGroup(world: World, instance: Instance): AutoScalingGroup {
  return existing(world.autoScalingGroups.get(instance.autoScalingGroup), instance.autoScalingGroup);
}

/** Each subnet of a cluster is a 10.42.x.0/19; an address is not used twice, so a node's name never comes back. */
function freeAddress(world: World, subnet: Subnet): string {
  const subnets = world.scenario.clusters.flatMap((cluster) => cluster.subnets);
  const block = subnets.findIndex(({ id }) => id === subnet.id) * 32;
  const taken = new Set([...world.instances.values()].map((instance) => instance.privateIp));
  for (;;) {
    const ip = `10.42.${block + world.random.below(32)}.${4 + world.random.below(250)}`;
    if (!taken.has(ip)) return ip;
  }
}
