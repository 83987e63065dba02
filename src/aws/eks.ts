import type { EKS } from "@aws-sdk/client-eks";
import { isTrouble } from "../core/problems.js";
import type { VersionSupport } from "../core/scan/scanned.js";
import type { ClusterSeen, NodeGroupSeen, UpdateSeen } from "../core/seen.js";
import { clusterSeen, nodeGroupSeen, updateSeen, versionsSeen } from "./eks-values.js";
import { allPages, chunksOf } from "./pages.js";
import { ask, present } from "./trouble.js";

/**
 * Amazon EKS in one region. Every call throws `Trouble`: "not found" for a cluster, node group or update that does
 * not exist. Aborting the signal throws its reason.
 */
export interface Eks {
  clusterNames(signal?: AbortSignal): Promise<string[]>;
  cluster(name: string, signal?: AbortSignal): Promise<ClusterSeen>;
  /** How long EKS supports each Kubernetes minor that it ever had, by minor. Unsupported ones are among them. */
  versions(signal?: AbortSignal): Promise<ReadonlyMap<string, Omit<VersionSupport, "policy">>>;
  nodeGroupNames(cluster: string, signal?: AbortSignal): Promise<string[]>;
  nodeGroup(cluster: string, name: string, signal?: AbortSignal): Promise<NodeGroupSeen>;
  update(cluster: string, nodeGroup: string, id: string, signal?: AbortSignal): Promise<UpdateSeen>;
  /** Ids of every update of the node group that EKS still lists. */
  updateIds(cluster: string, nodeGroup: string, signal?: AbortSignal): Promise<string[]>;
  /** Every update of the node group that EKS still lists, newest first. */
  updates(cluster: string, nodeGroup: string, signal?: AbortSignal): Promise<UpdateSeen[]>;
  /** Updates of the node group that are InProgress, newest first. */
  updatesInProgress(cluster: string, nodeGroup: string, signal?: AbortSignal): Promise<UpdateSeen[]>;
  /**
   * Harmless when repeated with the same token: EKS answers with the update it has started.
   * "conflict" where another update of the node group is running; "refused" where EKS will not start this one.
   */
  startNodeGroupUpdate(update: StartUpdate, signal?: AbortSignal): Promise<UpdateSeen>;
}

export interface StartUpdate {
  readonly cluster: string;
  readonly nodeGroup: string;
  /** Kubernetes minor: "1.34". Explicit, since EKS' default is told in two ways. Absent where `launchTemplate` says it all. */
  readonly version?: string;
  readonly release?: string;
  /** A version of the customer's own template: of a custom AMI, which the template names, this alone is given. */
  readonly launchTemplate?: { readonly id: string; readonly version: string };
  /** Delete pods that cannot be evicted. */
  readonly force: boolean;
  /** clientRequestToken: derived from run, step and attempt. */
  readonly token: string;
}

export function connectEks(region: string, client: () => Promise<EKS>): Eks {
  return new EksOverSdk(region, client);
}

/** ListUpdates names updates without their state, so each is read: this many at once. */
const updatesAtOnce = 5;

/** Anything else is in progress: EKS may add states. */
const ended = new Set(["Successful", "Failed", "Cancelled"]);

class EksOverSdk implements Eks {
  constructor(
    private readonly region: string,
    private readonly client: () => Promise<EKS>,
  ) {}

  clusterNames(signal?: AbortSignal): Promise<string[]> {
    const call = { action: "eks:ListClusters", doing: `list the clusters in ${this.region}` };
    return ask(call, signal, async (options) => {
      const eks = await this.client();
      return allPages(
        (nextToken) => eks.listClusters({ nextToken }, options),
        (page) => page.clusters,
      );
    });
  }

  async cluster(name: string, signal?: AbortSignal): Promise<ClusterSeen> {
    const call = { action: "eks:DescribeCluster", doing: `describe cluster ${name} in ${this.region}` };
    const answer = await ask(call, signal, async (options) =>
      (await this.client()).describeCluster({ name }, options),
    );
    return clusterSeen(present(answer.cluster, call), this.region);
  }

  async versions(signal?: AbortSignal): Promise<ReadonlyMap<string, Omit<VersionSupport, "policy">>> {
    const call = {
      action: "eks:DescribeClusterVersions",
      doing: `read the support calendar of Kubernetes versions in ${this.region}`,
    };
    const versions = await ask(call, signal, async (options) => {
      const eks = await this.client();
      return allPages(
        (nextToken) => eks.describeClusterVersions({ includeAll: true, nextToken }, options),
        (page) => page.clusterVersions,
      );
    });
    return versionsSeen(versions);
  }

  nodeGroupNames(cluster: string, signal?: AbortSignal): Promise<string[]> {
    const call = { action: "eks:ListNodegroups", doing: `list the node groups of ${cluster}` };
    return ask(call, signal, async (options) => {
      const eks = await this.client();
      return allPages(
        (nextToken) => eks.listNodegroups({ clusterName: cluster, nextToken }, options),
        (page) => page.nodegroups,
      );
    });
  }

  async nodeGroup(cluster: string, name: string, signal?: AbortSignal): Promise<NodeGroupSeen> {
    const call = { action: "eks:DescribeNodegroup", doing: `describe node group ${cluster}/${name}` };
    const input = { clusterName: cluster, nodegroupName: name };
    const answer = await ask(call, signal, async (options) =>
      (await this.client()).describeNodegroup(input, options),
    );
    return nodeGroupSeen(present(answer.nodegroup, call));
  }

  async update(cluster: string, nodeGroup: string, id: string, signal?: AbortSignal): Promise<UpdateSeen> {
    const call = { action: "eks:DescribeUpdate", doing: `describe update ${id} of ${cluster}/${nodeGroup}` };
    const input = { name: cluster, nodegroupName: nodeGroup, updateId: id };
    const answer = await ask(call, signal, async (options) =>
      (await this.client()).describeUpdate(input, options),
    );
    return updateSeen(present(answer.update, call));
  }

  async updates(cluster: string, nodeGroup: string, signal?: AbortSignal): Promise<UpdateSeen[]> {
    const ids = await this.updateIds(cluster, nodeGroup, signal);
    const found: UpdateSeen[] = [];
    for (const some of chunksOf(ids, updatesAtOnce)) {
      const updates = await Promise.all(some.map((id) => this.updateIfAny(cluster, nodeGroup, id, signal)));
      found.push(...updates.flatMap((update) => update ?? []));
    }
    return found.sort((a, b) => b.createdAt - a.createdAt);
  }

  async updatesInProgress(cluster: string, nodeGroup: string, signal?: AbortSignal): Promise<UpdateSeen[]> {
    const all = await this.updates(cluster, nodeGroup, signal);
    return all.filter((update) => !ended.has(update.status));
  }

  async startNodeGroupUpdate(update: StartUpdate, signal?: AbortSignal): Promise<UpdateSeen> {
    const call = {
      action: "eks:UpdateNodegroupVersion",
      doing: `start the update of node group ${update.cluster}/${update.nodeGroup}`,
    };
    const input = {
      clusterName: update.cluster,
      nodegroupName: update.nodeGroup,
      ...(update.version !== undefined && { version: update.version }),
      ...(update.release !== undefined && { releaseVersion: update.release }),
      ...(update.launchTemplate && { launchTemplate: update.launchTemplate }),
      force: update.force,
      clientRequestToken: update.token,
    };
    const answer = await ask(call, signal, async (options) =>
      (await this.client()).updateNodegroupVersion(input, options),
    );
    return updateSeen(present(answer.update, call));
  }

  updateIds(cluster: string, nodeGroup: string, signal?: AbortSignal): Promise<string[]> {
    const call = {
      action: "eks:ListUpdates",
      doing: `list the updates of node group ${cluster}/${nodeGroup}`,
    };
    return ask(call, signal, async (options) => {
      const eks = await this.client();
      return allPages(
        (nextToken) => eks.listUpdates({ name: cluster, nodegroupName: nodeGroup, nextToken }, options),
        (page) => page.updateIds,
      );
    });
  }

  /** Undefined where the update went away after it was listed. */
  private async updateIfAny(cluster: string, nodeGroup: string, id: string, signal?: AbortSignal) {
    try {
      return await this.update(cluster, nodeGroup, id, signal);
    } catch (error) {
      if (isTrouble(error, "not found")) return undefined;
      throw error;
    }
  }
}
