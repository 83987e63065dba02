import { behaviourPrefix, labelsOf, podTemplate } from "./pod-template.js";
import type { PersistentVolumeClaim } from "./storage-objects.js";
import type { Store } from "./store.js";
import type { Claim, Workload } from "./types.js";

/** What a HorizontalPodAutoscaler's metrics ask for. */
export const wantedReplicas = `${behaviourPrefix}wants`;

export function deployWorkload(store: Store, workload: Workload): void {
  const { namespace, budgets = [], claims = [] } = workload;
  const selector = { matchLabels: labelsOf(workload) };
  for (const { name, ...spec } of budgets) {
    store.create("poddisruptionbudgets", {
      metadata: { namespace, name },
      spec: { ...spec, selector },
      status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
    });
  }
  if (workload.kind !== "StatefulSet") {
    for (const claim of claims) createClaim(store, { namespace, name: claim.name }, claimSpec(claim));
  }
  createOwner(store, workload);
  createAutoscaler(store, workload);
}

function createOwner(store: Store, workload: Workload): void {
  const { namespace, name, kind, replicas = 1 } = workload;
  const metadata = { namespace, name, labels: labelsOf(workload) };
  const selector = { matchLabels: labelsOf(workload) };
  const template = podTemplate(workload);
  if (kind === "Pod") createBarePods(store, workload);
  else if (kind === "DaemonSet") {
    store.create("daemonsets", { metadata, spec: { selector, template }, status: {} });
  } else if (kind === "StatefulSet") {
    const spec = { replicas, serviceName: name, selector, template, ...ofStatefulSet(workload) };
    store.create("statefulsets", { metadata, spec, status: {} });
  } else {
    // A quarter is what the API server fills in where nothing is said.
    const { maxSurge = "25%", maxUnavailable = "25%" } = workload;
    const strategy = { type: "RollingUpdate", rollingUpdate: { maxSurge, maxUnavailable } } as const;
    store.create("deployments", { metadata, spec: { replicas, strategy, selector, template }, status: {} });
  }
}

function ofStatefulSet({ claims = [], podManagement = "OrderedReady" }: Workload) {
  const templates = claims.map((claim) => ({ metadata: { name: claim.name }, spec: claimSpec(claim) }));
  return {
    podManagementPolicy: podManagement,
    updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } } as const,
    ...(templates.length > 0 ? { volumeClaimTemplates: templates } : {}),
  };
}

/** One has the workload's name; more are numbered. */
function createBarePods(store: Store, workload: Workload): void {
  const { namespace, name, replicas = 1 } = workload;
  const { metadata, spec } = podTemplate(workload);
  for (let number = 1; number <= replicas; number++) {
    store.create("pods", {
      metadata: { namespace, name: replicas === 1 ? name : `${name}-${number}`, ...metadata },
      spec,
      status: { phase: "Pending", qosClass: "BestEffort" },
    });
  }
}

function createAutoscaler(store: Store, { kind, namespace, name, autoscaler, replicas = 1 }: Workload): void {
  if (!autoscaler) return;
  const { wants, minReplicas, maxReplicas } = autoscaler;
  store.create("horizontalpodautoscalers", {
    metadata: {
      namespace,
      name,
      ...(wants === undefined ? {} : { annotations: { [wantedReplicas]: `${wants}` } }),
    },
    spec: { scaleTargetRef: { apiVersion: "apps/v1", kind, name }, minReplicas, maxReplicas },
    status: { currentReplicas: replicas, desiredReplicas: replicas },
  });
}

const claimSpec = ({ size }: Claim): PersistentVolumeClaim["spec"] => ({
  accessModes: ["ReadWriteOnce"],
  resources: { requests: { storage: size } },
  storageClassName: "gp3",
  volumeMode: "Filesystem",
});

/** Unless there is one: it outlives its pods. */
export function createClaim(
  store: Store,
  metadata: { readonly namespace: string; readonly name: string },
  spec: PersistentVolumeClaim["spec"],
): void {
  if (store.get("persistentvolumeclaims", metadata)) return;
  store.create("persistentvolumeclaims", { metadata, spec, status: { phase: "Pending" } });
}

export function ensureNamespace(store: Store, name: string): void {
  if (store.get("namespaces", { name })) return;
  store.create("namespaces", {
    metadata: { name, labels: { "kubernetes.io/metadata.name": name } },
    status: { phase: "Active" },
  });
}
