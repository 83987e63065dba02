import type { Change, ObjectName } from "../collection.js";
import { eventsOf, type Told } from "../events.js";
import type { Store } from "../store.js";
import type { Controller, ControllerInput } from "./controller.js";

/** kube-apiserver forgets an event an hour after it was last seen. */
const lifetime = 60 * 60_000;
const sweepEvery = 10 * 60_000;

/** Where events about objects without a namespace are kept. */
const namespaceOfNodes = "default";

/** Writes down what happens, as the components of a cluster do; what is told again is counted. */
export function eventRecorder({ store, alarms, now }: ControllerInput): Controller {
  const pending: Change[] = [];
  const written = new Map<string, ObjectName>();
  store.onChange((change) => {
    if (change.resource !== "events") pending.push(change);
  });
  const forget = () => {
    for (const [key, name] of written) {
      const event = store.get("events", name);
      if (event && Date.parse(event.lastTimestamp) + lifetime > now()) continue;
      store.remove("events", name);
      written.delete(key);
    }
    if (written.size > 0) alarms.once("forget events", sweepEvery, forget);
  };
  return {
    watches: ["nodes", "pods", "replicasets", "poddisruptionbudgets"],
    reconcile() {
      for (const told of pending.splice(0).flatMap((change) => eventsOf(change, store))) {
        const key = `${told.about.metadata.uid} ${told.reason} ${told.message}`;
        const known = written.get(key);
        if (known) countAgain(store, known);
        else written.set(key, write(store, told));
      }
      if (written.size > 0) alarms.once("forget events", sweepEvery, forget);
    },
  };
}

function countAgain(store: Store, name: ObjectName): void {
  store.update("events", name, (event) => {
    event.count++;
    event.lastTimestamp = store.timestamp();
  });
}

function write(store: Store, { about, reason, message, component, type = "Normal" }: Told): ObjectName {
  const { name, uid, namespace, resourceVersion } = about.metadata;
  const moment = store.timestamp();
  const event = store.create("events", {
    metadata: {
      namespace: namespace ?? namespaceOfNodes,
      name: `${name}.${store.version.toString(16)}`,
    },
    involvedObject: {
      apiVersion: about.apiVersion,
      kind: about.kind,
      name,
      uid,
      resourceVersion,
      ...(namespace ? { namespace } : {}),
    },
    reason,
    message,
    type,
    source: { component },
    reportingComponent: component,
    reportingInstance: "",
    firstTimestamp: moment,
    lastTimestamp: moment,
    count: 1,
  });
  const { namespace: home = namespaceOfNodes } = event.metadata;
  return { namespace: home, name: event.metadata.name };
}
