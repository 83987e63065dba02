import type {
  IntOrString,
  V1LabelSelector,
  V1Node,
  V1NodeCondition,
  V1Pod,
  V1PodDisruptionBudget,
  V1Toleration,
  V1VolumeAttachment,
} from "@kubernetes/client-node";
import { second } from "../core/instant.js";
import type { AttachmentSeen, RollNodeSeen } from "../core/roll/seen.js";
import type { BudgetSeen, NodeSeen, PodSeen, SelectorSeen } from "../core/seen.js";

/** The API's objects in our words. */

const zoneLabel = "topology.kubernetes.io/zone";
const imageLabel = "eks.amazonaws.com/nodegroup-image";
const templateVersionLabel = "eks.amazonaws.com/sourceLaunchTemplateVersion";
const excludeLabel = "node.kubernetes.io/exclude-from-external-load-balancers";
const mirrorAnnotation = "kubernetes.io/config.mirror";

/** What the API server fills in where nothing is said. */
const defaultGraceSeconds = 30;

export function nodeSeen(node: V1Node): NodeSeen {
  const labels = node.metadata?.labels ?? {};
  const provider = providerOf(node.spec?.providerID);
  return {
    name: node.metadata?.name ?? "",
    zone: labels[zoneLabel] ?? provider?.zone ?? "",
    kubelet: node.status?.nodeInfo?.kubeletVersion ?? "",
    ready: readiness(node),
    unschedulable: node.spec?.unschedulable ?? false,
    // Kubernetes looks at the label's presence, whatever its value.
    excludedFromLoadBalancers: excludeLabel in labels,
    taints: (node.spec?.taints ?? []).map(({ key, value = "", effect }) => ({ key, value, effect })),
    createdAt: node.metadata?.creationTimestamp?.getTime() ?? 0,
    ...given("instanceId", provider?.instanceId),
    ...given("image", labels[imageLabel]),
    ...given("launchTemplateVersion", labels[templateVersionLabel]),
  };
}

/** "aws:///us-west-2a/i-0123456789abcdef0" */
function providerOf(providerId = ""): { zone: string; instanceId: string } | undefined {
  const match = /^aws:\/\/[^/]*\/([^/]+)\/(i-[0-9a-f]+)$/.exec(providerId);
  return match?.[1] && match[2] ? { zone: match[1], instanceId: match[2] } : undefined;
}

/** A node without the condition has not reported yet. */
function readiness(node: V1Node): NodeSeen["ready"] {
  const status = conditionOf(node.status?.conditions, "Ready")?.status;
  return status === "True" || status === "False" ? status : "Unknown";
}

export function rollNodeSeen(node: V1Node): RollNodeSeen {
  const { metadata, spec, status } = node;
  const ready = conditionOf(status?.conditions, "Ready");
  return {
    ...nodeSeen(node),
    uid: metadata?.uid ?? "",
    labels: metadata?.labels ?? {},
    annotations: metadata?.annotations ?? {},
    providerId: spec?.providerID ?? "",
    pressures: (status?.conditions ?? []).filter(isWrong).map(({ type }) => type),
    ...given("notReadyBecause", ready?.status === "True" ? undefined : (ready?.message ?? ready?.reason)),
  };
}

/** "DiskPressure" is wrong when True; "StorageReady" (of the EKS node monitoring agent) when False. */
function isWrong({ type, status }: V1NodeCondition): boolean {
  if (type === "Ready") return false;
  return status === (type.endsWith("Ready") ? "False" : "True");
}

export function podSeen(pod: V1Pod): PodSeen {
  return {
    namespace: pod.metadata?.namespace ?? "",
    name: pod.metadata?.name ?? "",
    uid: pod.metadata?.uid ?? "",
    node: pod.spec?.nodeName ?? "",
    labels: pod.metadata?.labels ?? {},
    phase: pod.status?.phase ?? "Unknown",
    ready: conditionOf(pod.status?.conditions, "Ready")?.status === "True",
    mirror: mirrorAnnotation in (pod.metadata?.annotations ?? {}),
    emptyDir: (pod.spec?.volumes ?? []).some(({ emptyDir }) => emptyDir),
    toleratesEverything: (pod.spec?.tolerations ?? []).some(isForEveryTaint),
    crashLooping: isCrashLooping(pod),
    gracePeriod: (pod.spec?.terminationGracePeriodSeconds ?? defaultGraceSeconds) * second,
    claims: claimsOf(pod),
    critical: pod.spec?.priorityClassName?.startsWith("system-") ?? false,
    ...given("owner", ownerOf(pod)),
    ...given("createdAt", pod.metadata?.creationTimestamp?.getTime()),
    ...given("optOut", optOutOf(pod)),
    ...given("deletingSince", deletingSince(pod)),
    ...given("disruption", disruptionOf(pod)),
  };
}

/** Where an effect is named it has to be the one of a cordon. */
function isForEveryTaint({ key, operator, effect }: V1Toleration): boolean {
  return !key && operator === "Exists" && (!effect || effect === "NoSchedule");
}

function isCrashLooping({ status }: V1Pod): boolean {
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return containers.some(({ state }) => state?.waiting?.reason === "CrashLoopBackOff");
}

/** The claim of an ephemeral volume is named after pod and volume. */
function claimsOf({ metadata, spec }: V1Pod): string[] {
  return (spec?.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim) return [persistentVolumeClaim.claimName];
    return ephemeral ? [`${metadata?.name}-${name}`] : [];
  });
}

/** A Deployment names its ReplicaSets after itself and the hash that it also puts on their pods. */
function ownerOf(pod: V1Pod): PodSeen["owner"] {
  const owner = pod.metadata?.ownerReferences?.find(({ controller }) => controller);
  if (!owner) return undefined;
  const hash = pod.metadata?.labels?.["pod-template-hash"];
  if (owner.kind === "ReplicaSet" && hash && owner.name.endsWith(`-${hash}`)) {
    return { kind: "Deployment", name: owner.name.slice(0, -hash.length - 1) };
  }
  return { kind: owner.kind, name: owner.name };
}

/** How pods ask Cluster Autoscaler and Karpenter not to move them. */
const optOuts: Readonly<Record<string, string>> = {
  "cluster-autoscaler.kubernetes.io/safe-to-evict": "false",
  "karpenter.sh/do-not-disrupt": "true",
};

function optOutOf({ metadata }: V1Pod): string | undefined {
  return Object.keys(optOuts).find((name) => metadata?.annotations?.[name] === optOuts[name]);
}

/** The API's deletionTimestamp is when the grace period will be over; the delete was asked for that much earlier. */
function deletingSince({ metadata }: V1Pod): number | undefined {
  const graceEnds = metadata?.deletionTimestamp?.getTime();
  return graceEnds === undefined
    ? undefined
    : graceEnds - (metadata?.deletionGracePeriodSeconds ?? 0) * second;
}

function disruptionOf(pod: V1Pod): PodSeen["disruption"] {
  const condition = conditionOf(pod.status?.conditions, "DisruptionTarget");
  if (condition?.status !== "True") return undefined;
  return { since: condition.lastTransitionTime?.getTime() ?? 0, reason: condition.reason ?? "" };
}

export function budgetSeen({ metadata, spec, status }: V1PodDisruptionBudget): BudgetSeen {
  return {
    namespace: metadata?.namespace ?? "",
    name: metadata?.name ?? "",
    observed: (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 1),
    disruptionsAllowed: status?.disruptionsAllowed ?? 0,
    currentHealthy: status?.currentHealthy ?? 0,
    desiredHealthy: status?.desiredHealthy ?? 0,
    expectedPods: status?.expectedPods ?? 0,
    ...given("minAvailable", amountOf(spec?.minAvailable)),
    ...given("maxUnavailable", amountOf(spec?.maxUnavailable)),
    ...given("selector", selectorOf(spec?.selector)),
    ...given("unhealthyPodEvictionPolicy", spec?.unhealthyPodEvictionPolicy),
    ...given("syncFailed", syncFailureOf(status)),
  };
}

/** A volume without a PersistentVolume of its own is named after the attachment. */
export function attachmentSeen({ metadata, spec }: V1VolumeAttachment): AttachmentSeen {
  return { node: spec.nodeName, volume: spec.source.persistentVolumeName ?? metadata?.name ?? "" };
}

function amountOf(amount: IntOrString | undefined): string | undefined {
  return amount === undefined ? undefined : String(amount);
}

function selectorOf(selector: V1LabelSelector | undefined): SelectorSeen | undefined {
  return (
    selector && {
      matchLabels: selector.matchLabels ?? {},
      matchExpressions: (selector.matchExpressions ?? []).map(({ key, operator, values = [] }) => ({
        key,
        operator,
        values,
      })),
    }
  );
}

function syncFailureOf(status: V1PodDisruptionBudget["status"]): string | undefined {
  const condition = conditionOf(status?.conditions, "DisruptionAllowed");
  return condition?.status === "False" && condition.reason === "SyncFailed" ? condition.message : undefined;
}

function conditionOf<C extends { type: string }>(conditions: readonly C[] = [], type: string) {
  return conditions.find((condition) => condition.type === type);
}

/** A property, or none where there is nothing to say. */
export function given<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: V });
}
