import type { WorldClock } from "../../world/clock.js";
import type { Store } from "../store.js";
import { budgetController } from "./budgets.js";
import { type ControllerInput, namedAlarms } from "./controller.js";
import { daemonSetController } from "./daemonsets.js";
import { deploymentController } from "./deployments.js";
import { eventRecorder } from "./events.js";
import { kubelet } from "./kubelet.js";
import { nodeController } from "./nodes.js";
import { replicaSetController } from "./replicasets.js";
import { scheduler } from "./scheduler.js";

/** The control plane and the kubelets. Each runs when a resource it watches has changed. */
const controllers = [
  nodeController,
  deploymentController,
  replicaSetController,
  daemonSetController,
  scheduler,
  kubelet,
  budgetController,
  eventRecorder,
];

/** Returns how to stop them. */
export function runControllers(store: Store, clock: WorldClock): () => void {
  const alarms = namedAlarms(clock, store);
  const input: ControllerInput = { store, alarms, now: clock.now };
  const running = controllers.map((start) => start(input));
  const unsubscribe = store.onSettle((touched) => {
    for (const { watches, reconcile } of running) {
      if (watches.some((resource) => touched.has(resource))) reconcile();
    }
  });
  return () => {
    unsubscribe();
    alarms.stop();
  };
}
