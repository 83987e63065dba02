import type { BudgetSeen, EvictionAnswer, NodeSeen, PodSeen } from "../core/seen.js";
import { type ClusterConnection, coreGroup, policyGroup, sender } from "./connection.js";
import { tryEviction } from "./eviction.js";
import { lister } from "./lists.js";
import { budgetSeen, nodeSeen, podSeen } from "./values.js";

/**
 * The API of one cluster. Throws `Trouble`: "denied" where the bot's IAM principal is unknown to the cluster or its
 * group may not do this, "busy" where the API server throttles or is broken. Aborting the signal throws its reason.
 */
export interface Kubernetes {
  /** Nodes labelled eks.amazonaws.com/nodegroup=<nodeGroup>. */
  nodes(nodeGroup: string, signal?: AbortSignal): Promise<NodeSeen[]>;
  /** Pods on the given nodes. */
  pods(nodes: readonly string[], signal?: AbortSignal): Promise<PodSeen[]>;
  /** Every PodDisruptionBudget of the cluster. */
  budgets(signal?: AbortSignal): Promise<BudgetSeen[]>;
  /**
   * Asks whether the pod could be evicted now, as a dry run: nothing is evicted, no budget is used. What the eviction
   * itself is answered is never thrown, and neither is a 403: it is "no answer".
   */
  tryEviction(pod: { namespace: string; name: string }, signal?: AbortSignal): Promise<EvictionAnswer>;
}

/** Few: a request per node costs the API server less than a list of every pod. Many: the reverse. */
const fewNodes = 10;

export function connectKubernetes(connection: ClusterConnection): Kubernetes {
  const send = sender(connection);
  const list = lister(send);

  function listPods(where: string, fieldSelector: string | undefined, signal: AbortSignal | undefined) {
    const call = { permission: "list pods", doing: `list the pods on ${where}` };
    const selection = fieldSelector === undefined ? {} : { fieldSelector };
    return list(
      {
        call,
        group: coreGroup,
        read: (api, page) => api.listPodForAllNamespaces({ ...selection, ...page }),
        seen: podSeen,
      },
      signal,
    );
  }

  return {
    nodes(nodeGroup, signal) {
      const call = { permission: "list nodes", doing: `list the nodes of node group ${nodeGroup}` };
      const labelSelector = `eks.amazonaws.com/nodegroup=${nodeGroup}`;
      return list(
        {
          call,
          group: coreGroup,
          read: (api, page) => api.listNode({ labelSelector, ...page }),
          seen: nodeSeen,
        },
        signal,
      );
    },

    async pods(nodes, signal) {
      const names = new Set(nodes);
      if (names.size > fewNodes) {
        const pods = await listPods(`${names.size} nodes`, undefined, signal);
        return pods.filter((pod) => names.has(pod.node));
      }
      const each = [...names].map((name) => listPods(`node ${name}`, `spec.nodeName=${name}`, signal));
      return (await Promise.all(each)).flat();
    },

    budgets(signal) {
      const call = {
        permission: "list poddisruptionbudgets.policy",
        doing: "list the PodDisruptionBudgets",
      };
      return list(
        {
          call,
          group: policyGroup,
          read: (api, page) => api.listPodDisruptionBudgetForAllNamespaces(page),
          seen: budgetSeen,
        },
        signal,
      );
    },

    tryEviction(pod, signal) {
      return tryEviction(send, pod, signal);
    },
  };
}
