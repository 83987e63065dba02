import { type Change, keyOf, type ObjectName } from "../collection.js";
import { findCondition, isReady, setCondition } from "../conditions.js";
import type { Condition, ConditionStatus, ContainerStatus, Pod } from "../objects.js";
import { behaviourOf } from "../pod-template.js";
import type { Store } from "../store.js";
import { hasItsVolumes } from "../volumes.js";
import { type Controller, type ControllerInput, changesOf } from "./controller.js";

/**
 * Starts and ends the pods of every node. A node with Ready=Unknown has a kubelet that does not answer: its pods neither start
 * nor end until it is back, which is why a drain of a dead node hangs.
 */
export function kubelet(input: ControllerInput): Controller {
  const { store } = input;
  return {
    watches: ["pods", "nodes", "volumeattachments"],
    reconcile(changes) {
      for (const name of concernedPods(store, changes)) {
        const pod = store.get("pods", name);
        const ready = pod && nodeReadiness(store, pod);
        if (ready) look(input, pod, ready);
      }
    },
  };
}

/** Pods that changed, or whose node did, or what is attached to it. */
function concernedPods(store: Store, changes: readonly Change[]): Iterable<ObjectName> {
  const nodes = [
    ...changesOf(changes, "nodes").map(({ object }) => object.metadata.name),
    ...changesOf(changes, "volumeattachments").map(({ object }) => object.spec.nodeName),
  ];
  const changed = changesOf(changes, "pods").map(({ object }) => object);
  const beside = [...new Set(nodes)].flatMap((name) => store.podsOn(name));
  return new Map([...changed, ...beside].map(({ metadata }) => [keyOf(metadata), metadata])).values();
}

function readyCondition(store: Store, pod: Pod): Condition | undefined {
  const node = pod.spec.nodeName ? store.get("nodes", { name: pod.spec.nodeName }) : undefined;
  return findCondition(node?.status.conditions, "Ready");
}

const nodeReadiness = (store: Store, pod: Pod) => readyCondition(store, pod)?.status;

function look(input: ControllerInput, pod: Pod, node: ConditionStatus): void {
  const { store, alarms, now } = input;
  const { uid, deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod.metadata;
  const { startsIn, stopsIn } = behaviourOf(pod);
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
    if (hasItsVolumes(store, pod))
      alarms.once(`start ${uid}`, startsIn, () => answers() && start(store, pod));
  }
  if (pod.status.phase === "Running") judgeReadiness(input, pod, node);
}

/** Some pods need a moment after their node became Ready, though they have been running before. */
function judgeReadiness({ store, alarms, now }: ControllerInput, pod: Pod, node: ConditionStatus): void {
  const { crashes, readyAfterNode } = behaviourOf(pod);
  const since = readyCondition(store, pod)?.lastTransitionTime ?? "";
  const early = node === "True" && !isReady(pod) ? Date.parse(since) + readyAfterNode - now() : 0;
  setReady(store, pod, node === "True" && !crashes && early <= 0);
  if (early <= 0) return;
  alarms.once(`ready ${pod.metadata.uid}`, early, () => {
    const current = store.get("pods", nameOf(pod));
    const status = current && nodeReadiness(store, current);
    if (status && current.metadata.uid === pod.metadata.uid)
      setReady(store, current, status === "True" && !crashes);
  });
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
    if (behaviourOf(pod).finishes) finish(store, status);
  });
}

/** Its work was done in the moment it started. */
function finish(store: Store, status: Pod["status"]): void {
  const moment = store.timestamp();
  status.phase = "Succeeded";
  for (const type of ["ContainersReady", "Ready"]) {
    const over = { type, status: "False", reason: "PodCompleted", lastTransitionTime: moment } as const;
    status.conditions = setCondition(status.conditions ?? [], over);
  }
  for (const container of status.containerStatuses ?? []) {
    container.started = false;
    container.state = { terminated: { reason: "Completed", startedAt: moment, finishedAt: moment } };
  }
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
