import type { Instant } from "../core/instant.js";
import type { PodRef } from "../core/roll/actions.js";
import type { AttachmentSeen, NodeMark, OwnerRef, OwnerSeen, RollNodeSeen } from "../core/roll/seen.js";
import type { BudgetSeen, EvictionAnswer, NodeSeen, PodSeen } from "../core/seen.js";
import { type ClusterConnection, coreGroup, policyGroup, sender, storageGroup } from "./connection.js";
import { deletePod, evict, tryEviction } from "./eviction.js";
import { lister } from "./lists.js";
import { markNode, unmarkNode } from "./node-marks.js";
import { readOwner, restartOwner, scaleOwner } from "./owners.js";
import { attachmentSeen, budgetSeen, nodeSeen, podSeen, rollNodeSeen } from "./values.js";
import { connectFollow, type Follow } from "./watch.js";

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
  /** Every node of the cluster, whoever rolls it. */
  allNodes(signal?: AbortSignal): Promise<RollNodeSeen[]>;
  /**
   * Puts marks on a node, and notes beside them, in the same PATCH, which of them are ours. A mark that is there already
   * and not noted as ours is a person's: it is left alone and not noted. The PATCH fails where the node changed since it
   * was read, and is then made again from what is read anew. "gone": no node of this uid.
   */
  markNode(
    node: { readonly name: string; readonly uid: string },
    marks: readonly NodeMark[],
    run: string,
    signal?: AbortSignal,
  ): Promise<"marked" | "gone">;
  /** Takes away the marks that are noted as ours (of these, or all), whichever run put them there. */
  unmarkNode(
    node: { readonly name: string; readonly uid: string },
    marks?: readonly NodeMark[],
    signal?: AbortSignal,
  ): Promise<"unmarked" | "gone">;
  /** Evicts the pod of this uid, and no other of its name. What the eviction is answered is never thrown. */
  evict(pod: PodRef, signal?: AbortSignal): Promise<EvictionAnswer>;
  /** Against any budget; `now`: with no grace period, whatever its kubelet does. "gone": no pod of this uid. */
  deletePod(
    pod: PodRef,
    options: { readonly now: boolean },
    signal?: AbortSignal,
  ): Promise<"deleted" | "gone">;
  /** Volumes that are attached to any node, or on their way there or away. */
  attachments(signal?: AbortSignal): Promise<AttachmentSeen[]>;
  /** Undefined: there is none, or it is of a kind that we cannot act on. */
  owner(owner: OwnerRef, signal?: AbortSignal): Promise<OwnerSeen | undefined>;
  /** As `kubectl rollout restart`: made again with the same moment it changes nothing. */
  restartOwner(owner: OwnerRef, at: Instant, signal?: AbortSignal): Promise<"restarted" | "gone">;
  /** Only where it has `from` replicas now. "moved": somebody else changed it. */
  scaleOwner(
    owner: OwnerRef,
    from: number,
    to: number,
    signal?: AbortSignal,
  ): Promise<"scaled" | "moved" | "gone">;
  /** Pods of some nodes, and all budgets, kept up to date for as long as they are looked at. */
  readonly follow: Follow;
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

    allNodes(signal) {
      const call = { permission: "list nodes", doing: "list the nodes" };
      return list(
        { call, group: coreGroup, read: (api, page) => api.listNode(page), seen: rollNodeSeen },
        signal,
      );
    },

    attachments(signal) {
      const call = {
        permission: "list volumeattachments.storage.k8s.io",
        doing: "list the VolumeAttachments",
      };
      return list(
        {
          call,
          group: storageGroup,
          read: (api, page) => api.listVolumeAttachment(page),
          seen: attachmentSeen,
        },
        signal,
      );
    },

    markNode: (node, marks, run, signal) => markNode(send, node, marks, run, signal),
    unmarkNode: (node, marks, signal) => unmarkNode(send, node, marks, signal),
    evict: (pod, signal) => evict(send, pod, signal),
    deletePod: (pod, options, signal) => deletePod(send, pod, options, signal),
    owner: (owner, signal) => readOwner(send, owner, signal),
    restartOwner: (owner, at, signal) => restartOwner(send, owner, at, signal),
    scaleOwner: (owner, from, to, signal) => scaleOwner(send, owner, { from, to }, signal),
    follow: connectFollow(connection),
  };
}
