import type { SimulatedKubernetes } from "../kubernetes/types.js";
import type { Subnet } from "../scenarios/types.js";
import { drain } from "./drain.js";
import { imageFacts } from "./images.js";
import { type LaunchSource, launchSource } from "./launch-templates.js";
import { blockOf, clusterOf, existing, isActive } from "./lookup.js";
import type { AutoScalingGroup, ScalingActivity } from "./scaling-state.js";
import type { Instance, LaunchFault, World } from "./state.js";
import { pass, passUntil } from "./time.js";

/** An instance as launched from `source`: EC2 knows it, no kubelet runs yet. */
export function createInstance(
  world: World,
  group: AutoScalingGroup,
  subnet: Subnet,
  launchedAt: number,
  source: LaunchSource = launchSource(world, group),
): Instance {
  const ip = freeAddress(world, subnet);
  const instance: Instance = {
    id: `i-0${world.random.hex(16)}`,
    autoScalingGroup: group.name,
    subnet,
    privateIp: ip,
    nodeName: `ip-${ip.replaceAll(".", "-")}.${clusterOf(world, group).region}.compute.internal`,
    ...source,
    launchedAt,
    lifecycle: "Pending",
    state: "pending",
    node: "none",
    isProtected: false,
    isHealthy: true,
    marks: {},
  };
  world.instances.set(instance.id, instance);
  group.members.set(instance.id, instance);
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

/** The kubelet registers with the labels that its group's user data gives it; now, or `createdAt`. */
export function joinCluster(world: World, instance: Instance, createdAt?: number): void {
  const group = groupOf(world, instance);
  const image = existing(imageFacts(world, instance.image), `AMI ${instance.image}`);
  instance.node = "registered";
  const cluster = clusterOf(world, group);
  cluster.kubernetes.registerNode({
    name: instance.nodeName,
    instanceId: instance.id,
    zone: instance.subnet.zone,
    region: cluster.region,
    instanceType: instance.instanceType,
    kubeletVersion: image.kubelet,
    ...(image.system && { osImage: image.system.name }),
    labels: {
      ...(image.system?.kind === "windows" && { "kubernetes.io/os": "windows" }),
      ...(image.architecture === "arm64" && { "kubernetes.io/arch": "arm64" }),
      ...group.labels,
      ...(group.nodeGroup !== undefined && managedLabels(world, group.nodeGroup, instance)),
    },
    maxPods: group.maxPods,
    ...(createdAt !== undefined && { createdAt }),
  });
}

/** What EKS' own bootstrap adds: the AMI, and where there is one the customer's launch template. */
function managedLabels(world: World, nodeGroup: string, instance: Instance): Record<string, string> {
  const template = existing(world.launchTemplates.get(instance.launchTemplate), instance.launchTemplate);
  const source = template.versions[instance.launchTemplateVersion - 1]?.source;
  const of = clusterOf(world, groupOf(world, instance)).nodeGroups.get(nodeGroup)?.sourceTemplate;
  return {
    "eks.amazonaws.com/nodegroup-image": instance.image,
    ...(of && {
      "eks.amazonaws.com/sourceLaunchTemplateId": of.id,
      "eks.amazonaws.com/sourceLaunchTemplateVersion": String(source),
    }),
  };
}

export function becomeReady(world: World, instance: Instance): void {
  instance.node = "ready";
  clusterOf(world, groupOf(world, instance)).kubernetes.setNodeReady(instance.nodeName, "True");
}

/**
 * Auto Scaling takes the instance out of service. A managed group's termination hook holds it in Terminating:Wait while EKS
 * drains the node; after 15 minutes it is terminated whether or not all pods left (EKS user guide: scale-in of managed
 * groups). Nobody drains the node of another group: what still runs on it dies with it.
 */
export async function terminate(world: World, instance: Instance, activity: ScalingActivity): Promise<void> {
  const { clock, scenario } = world;
  const group = groupOf(world, instance);
  const { kubernetes } = clusterOf(world, group);
  const hooked = group.nodeGroup !== undefined;
  instance.lifecycle = hooked ? "Terminating:Wait" : "Terminating";
  if (hooked) activity.status = "MidLifecycleAction";
  world.record("terminating", instance.nodeName, `${instance.id} is being terminated`);
  if (hooked && instance.node !== "none") {
    kubernetes.changeNode(instance.nodeName, { unschedulable: true });
    await drain(world, kubernetes, instance.nodeName, clock.now() + scenario.timings.drainLimit * 1000);
  }
  if (hooked) await pass(clock, scenario.timings.terminationHook);

  recordUndrained(world, kubernetes, instance);
  if (hooked) instance.lifecycle = "Terminating:Proceed";
  instance.state = "shutting-down";
  await pass(clock, scenario.timings.termination);

  leaveGroup(group, instance);
  instance.state = "terminated";
  instance.terminatedAt = clock.now();
  activity.status = "Successful";
  activity.endedAt = clock.now();
  if (instance.node !== "none") kubernetes.removeNode(instance.nodeName);
  world.record("terminated", instance.nodeName, `${instance.id} is gone`);
}

/** Pods that a drain would have taken elsewhere die with the instance. */
function recordUndrained(world: World, kubernetes: SimulatedKubernetes, instance: Instance): void {
  const { id, node, nodeName, state } = instance;
  const pods = node === "none" || state !== "running" ? [] : kubernetes.podsToEvict(nodeName);
  if (pods.length === 0) return;
  const names = pods.map(({ namespace, name }) => `${namespace}/${name}`).join(", ");
  world.record("undrained", nodeName, `${id} is terminated with pods on it: ${names}`);
}

/** Its Auto Scaling group lists it no longer. */
export function leaveGroup(group: AutoScalingGroup, instance: Instance): void {
  instance.lifecycle = "gone";
  group.members.delete(instance.id);
}

function groupOf(world: World, instance: Instance): AutoScalingGroup {
  return existing(world.autoScalingGroups.get(instance.autoScalingGroup), instance.autoScalingGroup);
}

/** An address is not used twice, so a node's name never comes back. */
function freeAddress(world: World, subnet: Subnet): string {
  const [network, block] = blockOf(world, subnet);
  for (;;) {
    const ip = `${network}.${block + world.random.below(32)}.${4 + world.random.below(250)}`;
    if (world.addresses.has(ip)) continue;
    world.addresses.add(ip);
    return ip;
  }
}
