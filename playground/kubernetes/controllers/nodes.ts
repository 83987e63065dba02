import { isDeepStrictEqual } from "node:util";
import { findCondition, isFinished } from "../conditions.js";
import type { Node, Pod, Taint } from "../objects.js";
import { deletePod, markDisrupted } from "../pods.js";
import type { Store } from "../store.js";
import { toleratedFor } from "../taints.js";
import { type Controller, type ControllerInput, changesOf } from "./controller.js";

const ours = ["unschedulable", "not-ready", "unreachable"].map((state) => `node.kubernetes.io/${state}`);

/** Says a node's state in taints, and removes pods from nodes that stay broken for longer than they tolerate. */
export function nodeController(input: ControllerInput): Controller {
  const { store } = input;
  return {
    watches: ["nodes", "pods"],
    reconcile(changes) {
      for (const { object, type } of changesOf(changes, "pods")) {
        const pod = type === "DELETED" ? undefined : store.get("pods", object.metadata);
        if (pod) evictIntolerant(input, pod, store.get("nodes", { name: pod.spec.nodeName ?? "" }));
      }
      for (const { object } of changesOf(changes, "nodes")) {
        const { name } = object.metadata;
        const node = store.get("nodes", { name });
        if (node) taint(store, node);
        for (const pod of store.podsOn(name)) evictIntolerant(input, pod, store.get("nodes", { name }));
      }
    },
  };
}

function wantedTaints({ spec, status }: Node): readonly Taint[] {
  const ready = findCondition(status.conditions, "Ready")?.status;
  const broken = { True: undefined, False: "not-ready", Unknown: "unreachable" }[ready ?? "Unknown"];
  const effects = ["NoSchedule", "NoExecute"] as const;
  return [
    ...(spec.unschedulable
      ? [{ key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" } as const]
      : []),
    ...(broken ? effects.map((effect) => ({ key: `node.kubernetes.io/${broken}`, effect })) : []),
  ];
}

function taint(store: Store, node: Node): void {
  const known = node.spec.taints ?? [];
  const wanted = wantedTaints(node).map(
    (taint) =>
      known.find(({ key, effect }) => key === taint.key && effect === taint.effect) ?? {
        ...taint,
        timeAdded: store.timestamp(),
      },
  );
  const taints = [...known.filter(({ key }) => !ours.includes(key)), ...wanted];
  if (isDeepStrictEqual(taints, known)) return;
  store.update("nodes", { name: node.metadata.name }, ({ spec }) => {
    if (taints.length > 0) spec.taints = taints;
    else delete spec.taints;
  });
}

function evictIntolerant({ store, alarms, now }: ControllerInput, pod: Pod, node: Node | undefined): void {
  const alarm = `taint eviction ${pod.metadata.uid}`;
  const ends = (node?.spec.taints ?? [])
    .filter(({ effect }) => effect === "NoExecute")
    .map((taint) => Date.parse(taint.timeAdded ?? store.timestamp()) + toleratedFor(pod, taint));
  const end = Math.min(...ends);
  if (end === Number.POSITIVE_INFINITY || isFinished(pod) || pod.metadata.deletionTimestamp) {
    alarms.cancel(alarm);
  } else alarms.once(alarm, end - now(), () => removeFromBrokenNode(store, pod.metadata));
}

function removeFromBrokenNode(store: Store, { namespace = "", name }: { namespace?: string; name: string }) {
  markDisrupted(
    store,
    { namespace, name },
    "DeletionByTaintManager",
    "Taint manager: deleting due to NoExecute taint",
  );
  deletePod(store, { namespace, name });
}
