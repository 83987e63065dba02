import type { Pod, PodTemplate, Toleration, Volume } from "./objects.js";
import type { Workload } from "./types.js";

/** The kubelet reads from these how a pod of the scenario behaves. Values are world seconds, or "true". */
export const behaviourPrefix = "playground.eks-upgrade-bot/";

export interface Behaviour {
  /** World milliseconds. */
  readonly startsIn: number;
  readonly stopsIn: number;
  readonly readyAfterNode: number;
  readonly crashes: boolean;
  readonly finishes: boolean;
}

export function behaviourOf(pod: Pod): Behaviour {
  const read = (name: string) => pod.metadata.annotations?.[behaviourPrefix + name];
  return {
    startsIn: Number(read("starts-in") ?? 10) * 1000,
    stopsIn: Number(read("stops-in") ?? 5) * 1000,
    readyAfterNode: Number(read("ready-after-node") ?? 0) * 1000,
    crashes: read("crashes") === "true",
    finishes: read("finishes") === "true",
  };
}

function behaviourAnnotations(workload: Workload): Record<string, string> {
  const told = {
    "starts-in": workload.startsIn,
    "stops-in": workload.stopsIn,
    "ready-after-node": workload.readyAfterNode,
    crashes: workload.crashes || undefined,
    finishes: workload.finishes || undefined,
  };
  const given = Object.entries(told).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [behaviourPrefix + name, `${value}`]));
}

/** What admission gives every pod, so that a short outage of its node does not move it. */
const fiveMinutesOfGrace: readonly Toleration[] = ["not-ready", "unreachable"].map((state) => ({
  key: `node.kubernetes.io/${state}`,
  operator: "Exists",
  effect: "NoExecute",
  tolerationSeconds: 300,
}));

function tolerationsOf({ kind, toleratesEverything }: Workload): Toleration[] {
  if (kind === "DaemonSet" || toleratesEverything) return [{ operator: "Exists" }];
  return kind === "Static" ? [{ operator: "Exists", effect: "NoExecute" }] : [...fiveMinutesOfGrace];
}

/** The classes that every cluster has. */
const priorities: Readonly<Record<string, number>> = {
  "system-node-critical": 2_000_001_000,
  "system-cluster-critical": 2_000_000_000,
};

function volumesOf({ kind, emptyDir, claims = [] }: Workload): readonly Volume[] {
  const shared = kind === "StatefulSet" ? [] : claims;
  return [
    ...(emptyDir ? [{ name: "cache", emptyDir: {} }] : []),
    ...shared.map(({ name }) => ({ name, persistentVolumeClaim: { claimName: name } })),
  ];
}

export const labelsOf = ({ name }: Workload) => ({ "app.kubernetes.io/name": name });

export function podTemplate(workload: Workload): PodTemplate {
  const { name, image, nodeSelector, priorityClassName } = workload;
  const volumes = [...volumesOf(workload)];
  return {
    metadata: { labels: labelsOf(workload), annotations: behaviourAnnotations(workload) },
    spec: {
      containers: [{ name, image }],
      restartPolicy: workload.finishes ? "Never" : "Always",
      terminationGracePeriodSeconds: workload.gracePeriod ?? 30,
      tolerations: tolerationsOf(workload),
      ...(volumes.length > 0 ? { volumes } : {}),
      ...(nodeSelector ? { nodeSelector: { ...nodeSelector } } : {}),
      ...(priorityClassName ? { priorityClassName, priority: priorities[priorityClassName] ?? 0 } : {}),
    },
  };
}
