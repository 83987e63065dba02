import { isDeepStrictEqual } from "node:util";
import type { HorizontalPodAutoscaler } from "../objects.js";
import type { Store } from "../store.js";
import { wantedReplicas } from "../workloads.js";
import type { Controller, ControllerInput } from "./controller.js";

/** World milliseconds: how often it looks, and how long fewer must have been enough (defaults). */
const syncPeriod = 15_000;
const downscaleStabilization = 5 * 60_000;

/** Keeps a workload's replicas at what its metrics ask for, or between their bounds where nothing is known of metrics. */
export function autoscalerController({ store, alarms }: ControllerInput): Controller {
  return {
    watches: ["horizontalpodautoscalers", "deployments", "statefulsets"],
    reconcile() {
      for (const autoscaler of store.list("horizontalpodautoscalers")) {
        const alarm = `scale by ${autoscaler.metadata.uid}`;
        const { from, to } = judge(store, autoscaler);
        if (from === to) alarms.cancel(alarm);
        else {
          const wait = from < to ? syncPeriod : downscaleStabilization;
          alarms.once(alarm, wait, () => scale(store, autoscaler));
        }
        report(store, autoscaler, from, to);
      }
    },
  };
}

const targetOf = ({ metadata, spec }: HorizontalPodAutoscaler) => ({
  resource: spec.scaleTargetRef.kind === "StatefulSet" ? ("statefulsets" as const) : ("deployments" as const),
  name: { namespace: metadata.namespace ?? "", name: spec.scaleTargetRef.name },
});

/** A workload without replicas is left alone. */
function judge(store: Store, autoscaler: HorizontalPodAutoscaler): { from: number; to: number } {
  const { resource, name } = targetOf(autoscaler);
  const from = store.get(resource, name)?.spec.replicas ?? 0;
  if (from === 0) return { from, to: from };
  const { minReplicas, maxReplicas } = autoscaler.spec;
  const wanted = Number(autoscaler.metadata.annotations?.[wantedReplicas] ?? from);
  return { from, to: Math.min(maxReplicas, Math.max(minReplicas, wanted)) };
}

function scale(store: Store, { metadata }: HorizontalPodAutoscaler): void {
  const autoscaler = store.get("horizontalpodautoscalers", metadata);
  if (!autoscaler) return;
  const { resource, name } = targetOf(autoscaler);
  const { to } = judge(store, autoscaler);
  store.update(resource, name, ({ spec }) => {
    spec.replicas = to;
  });
}

function report(store: Store, { metadata, status }: HorizontalPodAutoscaler, from: number, to: number): void {
  const next = { ...status, currentReplicas: from, desiredReplicas: to };
  if (isDeepStrictEqual(next, status)) return;
  store.update("horizontalpodautoscalers", metadata, (draft) => {
    draft.status = next;
  });
}
