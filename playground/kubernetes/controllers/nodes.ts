import { findCondition, isFinished } from "../conditions.js";
import type { Node, Taint } from "../objects.js";
import { deletePod, markDisrupted } from "../pods.js";
import type { Store } from "../store.js";
import { toleratedFor } from "../taints.js";
import type { Controller, ControllerInput } from "./controller.js";

const ours = ["unschedulable", "not-ready", "unreachable"].map((state) => `node.kubernetes.io/${state}`);

/** Says a node's state in taints, and removes pods from nodes that stay broken for longer than they tolerate. */
export function nodeController(input: ControllerInput): Controller {
  const { store } = input;
  return {
    watches: ["nodes", "pods"],
    reconcile() {
      for (const { metadata } of store.list("nodes")) {
        const node = store.update("nodes", { name: metadata.name }, (draft) => taint(store, draft));
        if (node) evictIntolerant(input, node);
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
  if (taints.length > 0) node.spec.taints = taints;
  else delete node.spec.taints;
}

function evictIntolerant({ store, alarms, now }: ControllerInput, { metadata, spec }: Node): void {
  const executing = (spec.taints ?? []).filter(({ effect }) => effect === "NoExecute");
  for (const pod of store.list("pods").filter((pod) => pod.spec.nodeName === metadata.name)) {
    const alarm = `taint eviction ${pod.metadata.uid}`;
    const ends = executing.map(
      (taint) => Date.parse(taint.timeAdded ?? store.timestamp()) + toleratedFor(pod, taint),
    );
    const end = Math.min(...ends);
    if (end === Infinity || isFinished(pod) || pod.metadata.deletionTimestamp) alarms.cancel(alarm);
    else alarms.once(alarm, end - now(), () => removeFromBrokenNode(store, pod.metadata));
  }
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
