import type { Node } from "../objects.js";
import { podTemplate } from "../pod-template.js";
import { podOf } from "../pods.js";
import type { Store } from "../store.js";
import type { Workload } from "../types.js";
import { type Controller, type ControllerInput, changesOf } from "./controller.js";

/** Each kubelet shows its static pods in the API, as mirrors that it makes again when somebody deletes them. */
export function staticPodController({ store, manifests }: ControllerInput): Controller {
  return {
    watches: ["nodes", "pods"],
    reconcile(changes) {
      if (manifests.length === 0) return;
      const registered = changesOf(changes, "nodes").filter(({ type }) => type === "ADDED");
      const lost = changesOf(changes, "pods").filter(({ type }) => type === "DELETED");
      const names = [
        ...registered.map(({ object }) => object.metadata.name),
        ...lost.map(({ object }) => object.spec.nodeName ?? ""),
      ];
      for (const name of new Set(names)) {
        const node = store.get("nodes", { name });
        if (node) mirror(store, node, manifests);
      }
    },
  };
}

/** Shows the static pods of a node that are not shown. */
export function mirror(store: Store, node: Node, manifests: readonly Workload[]): void {
  const nodeName = node.metadata.name;
  for (const manifest of manifests) {
    const name = `${manifest.name}-${nodeName}`;
    if (store.get("pods", { namespace: manifest.namespace, name })) continue;
    const { metadata, spec, status } = podOf(node, podTemplate(manifest));
    const { labels = {}, annotations = {}, ownerReferences = [] } = metadata;
    store.create("pods", {
      metadata: {
        namespace: manifest.namespace,
        name,
        labels,
        annotations: {
          ...annotations,
          "kubernetes.io/config.mirror": node.metadata.uid,
          "kubernetes.io/config.source": "file",
        },
        ownerReferences,
      },
      spec: { ...spec, nodeName },
      status,
    });
  }
}
