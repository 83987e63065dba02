import { safeName } from "../identity.js";
import type { Deployment, PodTemplate, ReplicaSet } from "../objects.js";
import { ownerReference, report } from "../pods.js";
import type { New, Store } from "../store.js";
import type { Controller, ControllerInput } from "./controller.js";

/** Each Deployment owns one ReplicaSet, named after the hash of its pod template. Rollouts are not simulated. */
export function deploymentController({ store }: ControllerInput): Controller {
  return {
    watches: ["deployments", "replicasets"],
    reconcile() {
      for (const deployment of store.list("deployments")) reconcile(store, deployment);
    },
  };
}

function reconcile(store: Store, deployment: Deployment): void {
  const wanted = replicaSetOf(deployment);
  const set = store.get("replicasets", wanted.metadata) ?? store.create("replicasets", wanted);
  if (set.spec.replicas !== deployment.spec.replicas) {
    store.update("replicasets", set.metadata, ({ spec }) => {
      spec.replicas = deployment.spec.replicas;
    });
  }
  const { replicas = 0, readyReplicas = 0, availableReplicas = 0 } = set.status;
  report(store, "deployments", deployment, {
    replicas,
    updatedReplicas: replicas,
    readyReplicas,
    availableReplicas,
    unavailableReplicas: Math.max(0, deployment.spec.replicas - availableReplicas),
  });
}

function replicaSetOf(deployment: Deployment): New<ReplicaSet> & { metadata: { name: string } } {
  const { namespace = "", name } = deployment.metadata;
  const { replicas, selector, template } = deployment.spec;
  const hash = { "pod-template-hash": safeName(JSON.stringify(template), 10) };
  const labels = { ...template.metadata.labels, ...hash };
  return {
    metadata: {
      namespace,
      name: `${name}-${hash["pod-template-hash"]}`,
      labels,
      ownerReferences: [ownerReference(deployment)],
    },
    spec: {
      replicas,
      selector: { matchLabels: { ...selector.matchLabels, ...hash } },
      template: labelled(template, labels),
    },
    status: {},
  };
}

const labelled = (template: PodTemplate, labels: Record<string, string>): PodTemplate => ({
  ...template,
  metadata: { ...template.metadata, labels },
});
