import type { Pod, PodTemplate, Toleration } from "./objects.js";
import type { Store } from "./store.js";
import type { Workload } from "./types.js";

/** The kubelet reads from these how a pod of the scenario behaves. Values are world seconds, or "true". */
const behaviourPrefix = "playground.eks-upgrade-bot/";

export interface Behaviour {
  /** World milliseconds. */
  readonly startsIn: number;
  readonly stopsIn: number;
  readonly crashes: boolean;
}

export function behaviourOf(pod: Pod): Behaviour {
  const read = (name: string) => pod.metadata.annotations?.[behaviourPrefix + name];
  return {
    startsIn: Number(read("starts-in") ?? 10) * 1000,
    stopsIn: Number(read("stops-in") ?? 5) * 1000,
    crashes: read("crashes") === "true",
  };
}

function behaviourAnnotations({ startsIn, stopsIn, crashes }: Workload): Record<string, string> {
  return {
    ...(startsIn === undefined ? {} : { [`${behaviourPrefix}starts-in`]: `${startsIn}` }),
    ...(stopsIn === undefined ? {} : { [`${behaviourPrefix}stops-in`]: `${stopsIn}` }),
    ...(crashes ? { [`${behaviourPrefix}crashes`]: "true" } : {}),
  };
}

/** What admission gives every pod, so that a short outage of its node does not move it. */
const fiveMinutesOfGrace: readonly Toleration[] = ["not-ready", "unreachable"].map((state) => ({
  key: `node.kubernetes.io/${state}`,
  operator: "Exists",
  effect: "NoExecute",
  tolerationSeconds: 300,
}));

function podTemplate(workload: Workload): PodTemplate {
  const everything = workload.kind === "DaemonSet" || workload.toleratesEverything === true;
  return {
    metadata: {
      labels: { "app.kubernetes.io/name": workload.name },
      annotations: behaviourAnnotations(workload),
    },
    spec: {
      containers: [{ name: workload.name, image: workload.image }],
      restartPolicy: "Always",
      terminationGracePeriodSeconds: workload.gracePeriod ?? 30,
      tolerations: everything ? [{ operator: "Exists" }] : [...fiveMinutesOfGrace],
    },
  };
}

/** What the API server fills in where nothing is said. */
const rollingUpdate = {
  type: "RollingUpdate",
  rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" },
} as const;

export function deployWorkload(store: Store, workload: Workload): void {
  const { namespace, name, kind } = workload;
  const metadata = { namespace, name, labels: { "app.kubernetes.io/name": name } };
  const selector = { matchLabels: { "app.kubernetes.io/name": name } };
  const template = podTemplate(workload);
  for (const { name: budget, ...spec } of workload.budgets ?? []) {
    store.create("poddisruptionbudgets", {
      metadata: { namespace, name: budget },
      spec: { ...spec, selector },
      status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
    });
  }
  if (kind === "DaemonSet") {
    store.create("daemonsets", { metadata, spec: { selector, template }, status: {} });
  } else {
    const replicas = workload.replicas ?? 1;
    const spec = { replicas, strategy: rollingUpdate, selector, template };
    store.create("deployments", { metadata, spec, status: {} });
  }
}

export function ensureNamespace(store: Store, name: string): void {
  if (store.get("namespaces", { name })) return;
  store.create("namespaces", {
    metadata: { name, labels: { "kubernetes.io/metadata.name": name } },
    status: { phase: "Active" },
  });
}
