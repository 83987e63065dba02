import type {
  IntOrString,
  V1LabelSelector,
  V1Node,
  V1Pod,
  V1PodDisruptionBudget,
} from "@kubernetes/client-node";
import { second } from "../core/instant.js";
import type { BudgetSeen, NodeSeen, PodSeen, SelectorSeen } from "../core/seen.js";

/** The API's objects in our words. */

const zoneLabel = "topology.kubernetes.io/zone";
const imageLabel = "eks.amazonaws.com/nodegroup-image";
const templateVersionLabel = "eks.amazonaws.com/sourceLaunchTemplateVersion";
const excludeLabel = "node.kubernetes.io/exclude-from-external-load-balancers";
const mirrorAnnotation = "kubernetes.io/config.mirror";

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

export function podSeen(pod: V1Pod): PodSeen {
  return {
    namespace: pod.metadata?.namespace ?? "",
    name: pod.metadata?.name ?? "",
    node: pod.spec?.nodeName ?? "",
    labels: pod.metadata?.labels ?? {},
    phase: pod.status?.phase ?? "Unknown",
    ready: conditionOf(pod.status?.conditions, "Ready")?.status === "True",
    mirror: mirrorAnnotation in (pod.metadata?.annotations ?? {}),
    ...given("owner", ownerOf(pod)),
    ...given("deletingSince", deletingSince(pod)),
    ...given("disruption", disruptionOf(pod)),
  };
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
    ...given("syncFailed", syncFailureOf(status)),
  };
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
