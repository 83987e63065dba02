import { findCondition, isReady, setCondition } from "../conditions.js";
import type { ConditionStatus, ContainerStatus, Pod } from "../objects.js";
import type { Store } from "../store.js";
import { behaviourOf } from "../workloads.js";
import type { Controller, ControllerInput } from "./controller.js";

/**
 * Starts and ends the pods of every node. A node with Ready=Unknown has a kubelet that does not answer: its pods neither start
 * nor end until it is back, which is why a drain of a dead node hangs.
 */
export function kubelet(input: ControllerInput): Controller {
  const { store } = input;
  return {
    watches: ["pods", "nodes"],
    reconcile() {
      for (const pod of store.list("pods")) {
        const ready = nodeReadiness(store, pod);
        if (ready) look(input, pod, ready);
      }
    },
  };
}

function nodeReadiness(store: Store, pod: Pod): ConditionStatus | undefined {
  const node = pod.spec.nodeName ? store.get("nodes", { name: pod.spec.nodeName }) : undefined;
  return findCondition(node?.status.conditions, "Ready")?.status;
}

function look({ store, alarms, now }: ControllerInput, pod: Pod, node: ConditionStatus): void {
  const { uid, deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod.metadata;
  const { startsIn, stopsIn, crashes } = behaviourOf(pod);
  const name = nameOf(pod);
  const answers = () => {
    const current = store.get("pods", name);
    if (current?.metadata.uid !== uid || nodeReadiness(store, current) === "Unknown") return undefined;
    return current;
  };
  if (deletionTimestamp && node !== "Unknown") {
    const killedAt = Date.parse(deletionTimestamp);
    const endsIn = Math.min(stopsIn, deletionGracePeriodSeconds * 1000, killedAt - now());
    alarms.once(`end ${uid} ${deletionTimestamp}`, endsIn, () => answers() && store.remove("pods", name));
  } else if (!deletionTimestamp && pod.status.phase === "Pending" && node !== "Unknown") {
    alarms.once(`start ${uid}`, startsIn, () => answers() && start(store, pod));
  }
  if (pod.status.phase === "Running") setReady(store, pod, node === "True" && !crashes);
}

const nameOf = ({ metadata }: Pod) => ({ namespace: metadata.namespace ?? "", name: metadata.name });

function start(store: Store, pod: Pod): void {
  const now = store.timestamp();
  store.update("pods", nameOf(pod), ({ metadata, spec, status }) => {
    if (metadata.deletionTimestamp) return;
    status.phase = "Running";
    status.startTime = now;
    const host = store.get("nodes", { name: spec.nodeName ?? "" });
    const hostIP = host?.status.addresses.find(({ type }) => type === "InternalIP")?.address;
    if (hostIP) status.hostIP = hostIP;
    status.podIP = addressOf(metadata.uid);
    status.podIPs = [{ ip: status.podIP }];
    status.containerStatuses = spec.containers.map(({ name, image }) => ({
      name,
      image,
      imageID: image,
      containerID: `containerd://${metadata.uid.replaceAll("-", "")}`,
      ready: false,
      started: true,
      restartCount: 0,
      state: { running: { startedAt: now } },
      lastState: {},
    }));
    for (const type of ["PodScheduled", "Initialized"]) {
      const reached = { type, status: "True", lastTransitionTime: now } as const;
      status.conditions = setCondition(status.conditions ?? [], reached);
    }
  });
}

function setReady(store: Store, pod: Pod, ready: boolean): void {
  if (isReady(pod) === ready && findCondition(pod.status.conditions, "Ready")) return;
  const { crashes } = behaviourOf(pod);
  store.update("pods", nameOf(pod), ({ status }) => {
    for (const type of ["ContainersReady", "Ready"]) {
      status.conditions = setCondition(status.conditions ?? [], {
        type,
        status: ready ? "True" : "False",
        ...(ready ? {} : { reason: "ContainersNotReady" }),
        lastTransitionTime: store.timestamp(),
      });
    }
    for (const container of status.containerStatuses ?? []) {
      container.ready = ready;
      if (crashes) crash(store, container);
    }
  });
}

/** It has been started again often enough to be kept waiting. */
function crash(store: Store, container: ContainerStatus): void {
  const finishedAt = store.timestamp();
  container.restartCount = 5;
  container.state = {
    waiting: { reason: "CrashLoopBackOff", message: "back-off restarting failed container" },
  };
  container.lastState = { terminated: { reason: "Error", exitCode: 1, startedAt: finishedAt, finishedAt } };
}

/** Any address of the VPC will do, as long as a pod keeps its own. */
function addressOf(uid: string): string {
  const bytes = Number.parseInt(uid.slice(0, 4), 16);
  return `10.42.${bytes >> 8}.${bytes & 255}`;
}
