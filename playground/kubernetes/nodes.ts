import { setCondition } from "./conditions.js";
import type { Condition, ConditionStatus, Node, Taint } from "./objects.js";
import type { New, Store } from "./store.js";
import type { NodeRegistration, StartupTaint } from "./types.js";

const noPressure = [
  ["MemoryPressure", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"],
  ["DiskPressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"],
  ["PIDPressure", "KubeletHasSufficientPID", "kubelet has sufficient PID available"],
] as const;

const readiness = {
  True: { reason: "KubeletReady", message: "kubelet is posting ready status" },
  False: { reason: "KubeletNotReady", message: "container runtime network not ready" },
  Unknown: { reason: "NodeStatusUnknown", message: "Kubelet stopped posting node status." },
} as const;

function readyCondition(store: Store, status: ConditionStatus): Condition {
  const now = store.timestamp();
  return { type: "Ready", status, ...readiness[status], lastHeartbeatTime: now, lastTransitionTime: now };
}

/** The Node object of a kubelet that has just registered, and its lease. */
export function registerNode(store: Store, registration: NodeRegistration): void {
  const { name, createdAt } = registration;
  store.transaction(() => {
    store.create("nodes", nodeOf(store, registration));
    if (createdAt !== undefined) {
      store.update("nodes", { name }, ({ metadata }) => {
        metadata.creationTimestamp = new Date(createdAt).toISOString().replace(/\.\d{3}Z$/, "Z");
      });
    }
    store.create("leases", {
      metadata: { namespace: "kube-node-lease", name },
      spec: {
        holderIdentity: name,
        leaseDurationSeconds: 40,
        renewTime: store.timestamp().replace("Z", ".000000Z"),
      },
    });
  });
}

function nodeOf(store: Store, registration: NodeRegistration): New<Node> {
  const { name, instanceId, zone, region, instanceType, kubeletVersion, labels, maxPods } = registration;
  const taints = [...(registration.taints ?? []), ...(registration.startupTaints ?? []).map(taintOf)];
  const now = store.timestamp();
  const times = { lastHeartbeatTime: now, lastTransitionTime: now };
  const healthy = noPressure.map(([type, reason, message]) => {
    return { type, status: "False" as const, reason, message, ...times };
  });
  const capacity = { cpu: "2", memory: "8Gi", pods: `${maxPods}` };
  const system = { "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64", ...labels };
  return {
    metadata: {
      name,
      labels: {
        "kubernetes.io/hostname": name,
        "node.kubernetes.io/instance-type": instanceType,
        "topology.kubernetes.io/region": region,
        "topology.kubernetes.io/zone": zone,
        ...system,
      },
    },
    spec: { providerID: `aws:///${zone}/${instanceId}`, ...(taints.length > 0 ? { taints } : {}) },
    status: {
      capacity,
      allocatable: capacity,
      conditions: [...healthy, readyCondition(store, "False")],
      addresses: addressesOf(name),
      nodeInfo: {
        kubeletVersion,
        kubeProxyVersion: "",
        osImage: registration.osImage ?? "Amazon Linux 2023",
        containerRuntimeVersion: "containerd://2.1.5",
        kernelVersion: "6.12.40-64.114.amzn2023.x86_64",
        architecture: system["kubernetes.io/arch"],
        operatingSystem: system["kubernetes.io/os"],
        machineID: instanceId,
        systemUUID: instanceId,
        bootID: instanceId,
      },
    },
  };
}

const taintOf = ({ removedAfter: _, ...taint }: StartupTaint): Taint => taint;

/** What it waited for is up. A taint that somebody else has put there since, with another value, stays. */
export function removeStartupTaint(store: Store, name: string, { key, value, effect }: StartupTaint): void {
  store.update("nodes", { name }, ({ spec }) => {
    const kept = (spec.taints ?? []).filter(
      (taint) => taint.key !== key || taint.value !== value || taint.effect !== effect,
    );
    if (kept.length > 0) spec.taints = kept;
    else delete spec.taints;
  });
}

/** EKS names nodes after their private address: "ip-10-42-1-5.us-west-2.compute.internal". */
function addressesOf(name: string): Node["status"]["addresses"] {
  const [, address] = name.match(/^ip-(\d+-\d+-\d+-\d+)\./) ?? [];
  return [
    ...(address ? [{ type: "InternalIP", address: address.replaceAll("-", ".") }] : []),
    { type: "InternalDNS", address: name },
    { type: "Hostname", address: name },
  ];
}

export function setNodeReady(store: Store, name: string, status: ConditionStatus): void {
  store.update("nodes", { name }, (node) => {
    node.status.conditions = setCondition(node.status.conditions, readyCondition(store, status));
  });
}

export function changeNode(
  store: Store,
  name: string,
  { unschedulable, labels = {} }: { unschedulable?: boolean; labels?: Record<string, string | null> },
): void {
  store.update("nodes", { name }, ({ metadata, spec }) => {
    if (unschedulable) spec.unschedulable = true;
    if (unschedulable === false) delete spec.unschedulable;
    const kept = Object.entries({ ...metadata.labels, ...labels }).filter(([, value]) => value !== null);
    metadata.labels = Object.fromEntries(kept) as Record<string, string>;
  });
}

/** What the cloud controller and the pod garbage collector do after an instance is terminated. */
export function removeNode(store: Store, name: string): void {
  store.transaction(() => {
    store.remove("nodes", { name });
    store.remove("leases", { namespace: "kube-node-lease", name });
    for (const pod of store.podsOn(name)) store.remove("pods", pod.metadata);
  });
}
