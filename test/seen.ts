import { second } from "../src/core/instant.js";
import type { Wish } from "../src/core/plan.js";
import type { NodeGroupLook } from "../src/core/planner.js";
import type { Ec2InstanceSeen, ImageSeen, RollNodeSeen } from "../src/core/roll/seen.js";
import type {
  AutoScalingGroupSeen,
  ClusterSeen,
  HealthIssueSeen,
  InstanceSeen,
  NodeGroupSeen,
  NodeSeen,
  PodSeen,
  ReleaseSeen,
  TaintSeen,
  UpdateErrorSeen,
  UpdateSeen,
} from "../src/core/seen.js";
import { aStep, start, zones } from "./builders.js";

/** What is seen of the outside world before an update of `aStep()`; say what is different. */

const { from, to } = aStep();

export const oldImage = "ami-0fedcba9876543210";
export const newImage = to.image;
export const oldTemplate = "1";
export const newTemplate = "2";

export const aRelease = (release: string = to.release): ReleaseSeen => ({ release, image: newImage });

export const anIssue = (code: string): HealthIssueSeen => ({
  code,
  message: "as EKS tells it",
  resources: [],
});

export function aCluster(over: Partial<ClusterSeen> = {}): ClusterSeen {
  return {
    name: "eks-workshop",
    region: "us-west-2",
    version: "1.34",
    status: "ACTIVE",
    healthIssues: [],
    ...over,
  };
}

export function aNodeGroup(over: Partial<NodeGroupSeen> = {}): NodeGroupSeen {
  return {
    cluster: "eks-workshop",
    name: "default",
    status: "ACTIVE",
    version: from.version,
    release: from.release,
    amiType: "AL2023_x86_64_STANDARD",
    capacityType: "ON_DEMAND",
    instanceTypes: ["m6i.large"],
    sizes: { min: 3, max: 6, desired: 3 },
    updateConfig: { maxUnavailable: 1, strategy: "DEFAULT" },
    autoScalingGroups: ["eks-default"],
    healthIssues: [],
    ...over,
  };
}

export function aScalingGroup(over: Partial<AutoScalingGroupSeen> = {}): AutoScalingGroupSeen {
  return {
    name: "eks-default",
    sizes: { min: 3, max: 6, desired: 3 },
    zones: [...zones],
    launchTemplateVersion: oldTemplate,
    instances: [],
    suspended: [],
    subnets: [],
    tags: {},
    targetGroups: [],
    ...over,
  };
}

/** What the planner looks at; `to` is what AWS lists. */
export function aLook(over: Partial<NodeGroupLook> = {}): NodeGroupLook {
  return {
    cluster: aCluster(),
    nodeGroup: aNodeGroup(),
    autoScalingGroups: [aScalingGroup()],
    updatesInProgress: [],
    target: aRelease(),
    ...over,
  };
}

export const noWish: Wish = {};

export function anUpdate(status = "InProgress", errors: readonly UpdateErrorSeen[] = []): UpdateSeen {
  const params = { Version: to.version, ReleaseVersion: to.release };
  return { id: "upd-1", status, type: "VersionUpdate", params, createdAt: start, errors };
}

/** A node and its instance share a short name: node "old-a" runs on instance "i-old-a". */
export function oldNode(name: string, over: Partial<NodeSeen> = {}): NodeSeen {
  return {
    name,
    instanceId: `i-${name}`,
    zone: zones[0],
    image: oldImage,
    kubelet: "v1.34.7-eks-1111111",
    ready: "True",
    unschedulable: false,
    excludedFromLoadBalancers: false,
    taints: [],
    createdAt: start,
    ...over,
  };
}

export function newNode(name: string, over: Partial<NodeSeen> = {}): NodeSeen {
  return oldNode(name, { image: newImage, kubelet: "v1.34.9-eks-2222222", ...over });
}

export function oldInstance(node: string, lifecycle = "InService"): InstanceSeen {
  return { id: `i-${node}`, zone: zones[0], lifecycle, launchTemplateVersion: oldTemplate };
}

export function newInstance(node: string, lifecycle = "InService"): InstanceSeen {
  return { ...oldInstance(node, lifecycle), launchTemplateVersion: newTemplate };
}

export function aTaint(key: string, value = "", effect = "NoSchedule"): TaintSeen {
  return { key, value, effect };
}

/** A node that nobody but us rolls; its uid is "uid-<name>". It has no image label: only its instance knows the AMI. */
export function rollNode(name: string, over: Partial<RollNodeSeen> = {}): RollNodeSeen {
  const { image: _, ...node } = oldNode(name);
  const { instanceId = `i-${name}`, zone = zones[0] } = over;
  return {
    ...node,
    uid: `uid-${name}`,
    labels: {},
    annotations: {},
    providerId: `aws:///${zone}/${instanceId}`,
    pressures: [],
    ...over,
  };
}

/** The instance behind `rollNode(node)`, on the old AMI. */
export function ec2Instance(node: string, over: Partial<Ec2InstanceSeen> = {}): Ec2InstanceSeen {
  return {
    id: `i-${node}`,
    image: oldImage,
    zone: zones[0],
    subnet: `subnet-${over.zone ?? zones[0]}`,
    instanceType: "m6i.large",
    architecture: "x86_64",
    state: "running",
    launchedAt: start,
    ...over,
  };
}

export function anImage(over: Partial<ImageSeen> = {}): ImageSeen {
  return {
    id: newImage,
    name: `amazon-eks-node-al2023-x86_64-standard-1.34-v${to.release.split("-")[1]}`,
    architecture: "x86_64",
    state: "available",
    createdAt: start,
    owner: "amazon",
    ...over,
  };
}

/** Its uid is made of its name: "uid-ui-1". */
export function aPod(node: string, over: Partial<PodSeen> = {}): PodSeen {
  return {
    namespace: "ui",
    name: "ui-1",
    uid: `uid-${over.name ?? "ui-1"}`,
    node,
    labels: { app: "ui" },
    owner: { kind: "Deployment", name: "ui" },
    phase: "Running",
    ready: true,
    mirror: false,
    emptyDir: false,
    toleratesEverything: false,
    crashLooping: false,
    gracePeriod: 30 * second,
    claims: [],
    critical: false,
    ...over,
  };
}

export const evicted: Partial<PodSeen> = { disruption: { since: start, reason: "EvictionByEvictionAPI" } };
