import type { Change } from "./collection.js";
import { controllerOf, findCondition } from "./conditions.js";
import type { KubernetesObject, Node, Pod, PodDisruptionBudget } from "./objects.js";
import type { Store } from "./store.js";

/** What a component of the cluster says about an object. */
export interface Told {
  readonly about: KubernetesObject;
  readonly reason: string;
  readonly message: string;
  /** "default-scheduler", "kubelet". */
  readonly component: string;
  readonly type?: "Normal" | "Warning";
}

/** What a change gives people to read in `kubectl describe` and `kubectl get events`. */
export function eventsOf(change: Change, store: Store): readonly Told[] {
  switch (change.resource) {
    case "pods":
      return [...ofOwner(change as Change<"pods">, store), ...ofPod(change as Change<"pods">)];
    case "nodes":
      return ofNode(change as Change<"nodes">, store);
    case "replicasets":
      return ofScaling(change as Change<"replicasets">, store);
    case "poddisruptionbudgets":
      return ofBudget(change as Change<"poddisruptionbudgets">);
    default:
      return [];
  }
}

/** A story holds now and did not before. */
interface Story<T> {
  holds(object: T): boolean | undefined;
  tell(object: T): Omit<Told, "about">;
}

function begun<T extends KubernetesObject>(
  stories: readonly Story<T>[],
  { type, object, previous }: { type: Change["type"]; object: T; previous?: T },
): readonly Told[] {
  if (type === "DELETED") return [];
  return stories
    .filter(({ holds }) => holds(object) && !(previous && holds(previous)))
    .map(({ tell }) => ({ about: object, ...tell(object) }));
}

const containerOf = (pod: Pod) => pod.spec.containers[0]?.name ?? "";
const path = ({ metadata }: Pod) => `${metadata.namespace}/${metadata.name}`;
const disruption = (pod: Pod) => findCondition(pod.status.conditions, "DisruptionTarget");
const isCrashing = (pod: Pod) => pod.status.containerStatuses?.some(({ state }) => state.waiting);

const podStories: readonly Story<Pod>[] = [
  {
    holds: (pod) => pod.spec.nodeName !== undefined,
    tell: (pod) => ({
      reason: "Scheduled",
      message: `Successfully assigned ${path(pod)} to ${pod.spec.nodeName}`,
      component: "default-scheduler",
    }),
  },
  {
    holds: (pod) => findCondition(pod.status.conditions, "PodScheduled")?.status === "False",
    tell: (pod) => ({
      reason: "FailedScheduling",
      message: findCondition(pod.status.conditions, "PodScheduled")?.message ?? "",
      component: "default-scheduler",
      type: "Warning",
    }),
  },
  {
    holds: (pod) => pod.status.phase === "Running",
    tell: (pod) => ({
      reason: "Started",
      message: `Started container ${containerOf(pod)}`,
      component: "kubelet",
    }),
  },
  {
    holds: isCrashing,
    tell: (pod) => ({
      reason: "BackOff",
      message: `Back-off restarting failed container ${containerOf(pod)} in pod ${pod.metadata.name}`,
      component: "kubelet",
      type: "Warning",
    }),
  },
  {
    holds: (pod) => disruption(pod)?.reason === "DeletionByTaintManager",
    tell: (pod) => ({
      reason: "TaintManagerEviction",
      message: `Marking for deletion Pod ${path(pod)}`,
      component: "taint-eviction-controller",
    }),
  },
  {
    holds: (pod) => pod.metadata.deletionTimestamp !== undefined,
    tell: (pod) => ({
      reason: "Killing",
      message: `Stopping container ${containerOf(pod)}`,
      component: "kubelet",
    }),
  },
];

const ofPod = (change: Change<"pods">) => begun(podStories, change);

const isReady = (node: Node) => findCondition(node.status.conditions, "Ready")?.status === "True";

const isNow = (state: string, component: string) => (node: Node) => ({
  reason: state,
  message: `Node ${node.metadata.name} status is now: ${state}`,
  component,
});

const nodeStories: readonly Story<Node>[] = [
  { holds: isReady, tell: isNow("NodeReady", "kubelet") },
  { holds: ({ spec }) => spec.unschedulable, tell: isNow("NodeNotSchedulable", "kubelet") },
];

/** The other way round of the above: not told of a node that has just come. */
const nodeEnds: readonly Story<Node>[] = [
  { holds: (node) => !isReady(node), tell: isNow("NodeNotReady", "node-controller") },
  { holds: ({ spec }) => !spec.unschedulable, tell: isNow("NodeSchedulable", "kubelet") },
];

/** A node that was there before the world began registers without a word. */
const isOld = ({ object: { metadata } }: Change<"nodes">, store: Store) =>
  store.get("nodes", metadata)?.metadata.creationTimestamp !== metadata.creationTimestamp;

function ofNode(change: Change<"nodes">, store: Store): readonly Told[] {
  const { name } = change.object.metadata;
  const controller = (reason: string, what: string): Told => ({
    about: change.object,
    reason,
    message: `Node ${name} event: ${what}`,
    component: "node-controller",
  });
  if (change.type === "DELETED") return [controller("RemovingNode", `Removing Node ${name} from Controller`)];
  if (change.type === "ADDED")
    return isOld(change, store)
      ? []
      : [controller("RegisteredNode", `Registered Node ${name} in Controller`)];
  return [...begun(nodeStories, change), ...begun(nodeEnds, change)];
}

const makers = {
  ReplicaSet: { resource: "replicasets", component: "replicaset-controller" },
  StatefulSet: { resource: "statefulsets", component: "statefulset-controller" },
  DaemonSet: { resource: "daemonsets", component: "daemonset-controller" },
} as const;

const isMaker = (kind: string): kind is keyof typeof makers => kind in makers;

/** Owners say which pods they made. */
function ofOwner({ type, object }: Change<"pods">, store: Store): readonly Told[] {
  const owner = controllerOf(object);
  if (type !== "ADDED" || !owner || !isMaker(owner.kind)) return [];
  const { namespace = "", name } = object.metadata;
  const { resource, component } = makers[owner.kind];
  const about = store.get(resource, { namespace, name: owner.name });
  const message =
    owner.kind === "StatefulSet"
      ? `create Pod ${name} in StatefulSet ${owner.name} successful`
      : `Created pod: ${name}`;
  return about ? [{ about, reason: "SuccessfulCreate", message, component }] : [];
}

function ofScaling({ type, object, previous }: Change<"replicasets">, store: Store): readonly Told[] {
  const [owner] = object.metadata.ownerReferences ?? [];
  const { namespace = "", name } = object.metadata;
  const about = owner && store.get("deployments", { namespace, name: owner.name });
  const from = previous?.spec.replicas ?? 0;
  const to = object.spec.replicas;
  if (!about || type === "DELETED" || from === to) return [];
  const message = `Scaled ${from < to ? "up" : "down"} replica set ${name} from ${from} to ${to}`;
  return [{ about, reason: "ScalingReplicaSet", message, component: "deployment-controller" }];
}

const failedSync = ({ status }: PodDisruptionBudget) =>
  findCondition(status.conditions, "DisruptionAllowed")?.reason === "SyncFailed";

const ofBudget = (change: Change<"poddisruptionbudgets">) =>
  begun<PodDisruptionBudget>(
    [
      {
        holds: failedSync,
        tell: ({ status }) => ({
          reason: "CalculateExpectedPodCountFailed",
          message: `Failed to calculate the number of expected pods: ${findCondition(status.conditions, "DisruptionAllowed")?.message}`,
          component: "controllermanager",
          type: "Warning",
        }),
      },
    ],
    change,
  );
