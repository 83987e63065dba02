import type { WorldClock } from "../world/clock.js";
import { controllerOf, isFinished } from "./conditions.js";
import { runControllers } from "./controllers/index.js";
import { mirror } from "./controllers/static-pods.js";
import { evict } from "./eviction.js";
import { changeNode, registerNode, removeNode, removeStartupTaint, setNodeReady } from "./nodes.js";
import type { Pod } from "./objects.js";
import { deletePod } from "./pods.js";
import { Store } from "./store.js";
import type { SimulatedKubernetes, Workload } from "./types.js";
import { deployWorkload, ensureNamespace } from "./workloads.js";

export interface SimulatedCluster extends SimulatedKubernetes {
  readonly name: string;
  /** "v1.34.9-eks-1a2b3c4", as /version tells it. */
  readonly version: string;
  /** What the API server serves; changing it directly is for tests. */
  readonly store: Store;
  /** Told of each eviction that a client asked for in earnest and a budget, or two, refused; settable at any time. */
  onRefusedEviction: (pod: Pod, status: number) => void;
}

export interface ClusterOptions {
  readonly name: string;
  readonly clock: WorldClock;
  readonly version?: string;
  /** How many changes each resource remembers for watchers. */
  readonly history?: number;
}

const systemNamespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

export function simulateKubernetes(options: ClusterOptions): SimulatedCluster {
  const { name, clock, version = "v1.34.9-eks-1a2b3c4", history = 5000 } = options;
  const store = new Store({ now: clock.now, seed: name, history });
  const manifests: Workload[] = [];
  const { alarms, stop } = runControllers(store, clock, manifests);
  for (const namespace of systemNamespaces) ensureNamespace(store, namespace);

  return {
    name,
    version,
    store,
    onRefusedEviction: () => {},
    stop,
    deploy: (workloads) =>
      store.transaction(() => {
        for (const workload of workloads) {
          ensureNamespace(store, workload.namespace);
          if (workload.kind !== "Static") deployWorkload(store, workload);
          else {
            manifests.push(workload);
            for (const node of store.list("nodes")) mirror(store, node, [workload]);
          }
        }
      }),
    registerNode(node) {
      registerNode(store, node);
      for (const taint of node.startupTaints ?? []) {
        const remove = () => removeStartupTaint(store, node.name, taint);
        alarms.once(`${taint.key} of ${node.instanceId}`, taint.removedAfter * 1000, remove);
      }
    },
    setNodeReady: (node, status) => setNodeReady(store, node, status),
    changeNode: (node, change) => changeNode(store, node, change),
    removeNode: (node) => removeNode(store, node),
    podsToEvict: (node) =>
      store
        .podsOn(node)
        .filter(isForDrain)
        .map(({ metadata }) => ({ namespace: metadata.namespace ?? "", name: metadata.name })),
    evict: (pod, evictionOptions) => evict(store, pod, evictionOptions),
    deletePod: (pod) => deletePod(store, pod),
    nodeNames: () => store.list("nodes").map((node) => node.metadata.name),
  };
}

const isForDrain = (pod: Pod) =>
  !isFinished(pod) &&
  controllerOf(pod)?.kind !== "DaemonSet" &&
  pod.metadata.annotations?.["kubernetes.io/config.mirror"] === undefined;
