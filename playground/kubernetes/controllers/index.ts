import type { WorldClock } from "../../world/clock.js";
import type { Change } from "../collection.js";
import type { Store } from "../store.js";
import type { Workload } from "../types.js";
import { autoscalerController } from "./autoscalers.js";
import { budgetController } from "./budgets.js";
import { type Alarms, type ControllerInput, namedAlarms } from "./controller.js";
import { daemonSetController } from "./daemonsets.js";
import { deploymentController } from "./deployments.js";
import { eventRecorder } from "./events.js";
import { kubelet } from "./kubelet.js";
import { nodeController } from "./nodes.js";
import { replicaSetController } from "./replicasets.js";
import { scheduler } from "./scheduler.js";
import { statefulSetController } from "./statefulsets.js";
import { staticPodController } from "./static-pods.js";
import { volumeController } from "./volumes.js";

/** The control plane and the kubelets. Each runs when a resource it watches has changed. */
const controllers = [
  nodeController,
  autoscalerController,
  deploymentController,
  replicaSetController,
  statefulSetController,
  daemonSetController,
  staticPodController,
  scheduler,
  volumeController,
  kubelet,
  budgetController,
  eventRecorder,
];

export interface Running {
  readonly alarms: Alarms;
  stop(): void;
}

export function runControllers(store: Store, clock: WorldClock, manifests: readonly Workload[]): Running {
  const alarms = namedAlarms(clock, store);
  const input: ControllerInput = { store, alarms, now: clock.now, manifests };
  const running = controllers.map((start) => start(input));
  const pending: Change[] = [];
  const ignore = store.onChange((change) => pending.push(change));
  const unsubscribe = store.onSettle((touched) => {
    const changes = pending.splice(0);
    for (const { watches, reconcile } of running) {
      if (watches.some((resource) => touched.has(resource))) reconcile(changes);
    }
  });
  return {
    alarms,
    stop() {
      ignore();
      unsubscribe();
      alarms.stop();
    },
  };
}
