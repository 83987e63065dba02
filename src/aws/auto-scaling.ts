import type { AutoScaling as AutoScalingSdk } from "@aws-sdk/client-auto-scaling";
import type { ActivitySeen, GroupTemplate } from "../core/roll/seen.js";
import type { AutoScalingGroupSeen, Sizes } from "../core/seen.js";
import {
  readActivities,
  readGroups,
  readGroupsOfCluster,
  readInstances,
  readRefreshes,
} from "./auto-scaling-reads.js";
import { activitySeen, autoScalingGroupSeen, isRefreshActive } from "./auto-scaling-values.js";
import { autoScalingWrites } from "./auto-scaling-writes.js";

/**
 * Amazon EC2 Auto Scaling in one region. Only a self-managed group is ever written to: a managed node group's group
 * belongs to EKS. Every call throws `Trouble`; "conflict" where a scaling activity is in progress.
 */
export interface AutoScaling {
  /** The groups of these names. One that does not exist is left out. */
  groups(names: readonly string[], signal?: AbortSignal): Promise<AutoScalingGroupSeen[]>;
  /** Those tagged as the cluster's (kubernetes.io/cluster/<name>), with the groups of its managed node groups. */
  groupsOfCluster(cluster: string, signal?: AbortSignal): Promise<AutoScalingGroupSeen[]>;
  /** The group of each of these instances; an instance without one is left out. */
  groupsOf(instances: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** Newest first, the last hundred at most. */
  activities(group: string, signal?: AbortSignal): Promise<ActivitySeen[]>;
  /** An instance refresh of the group is in progress: it replaces instances without a drain. */
  isRefreshing(group: string, signal?: AbortSignal): Promise<boolean>;
  /** What is not given stays. There is no compare-and-set: read first. */
  resize(group: string, sizes: Partial<Sizes>, signal?: AbortSignal): Promise<void>;
  /**
   * Points the group, and overrides with templates of their own, at these versions. Running instances stay. "conflict"
   * where the group takes its settings from other templates by now: only versions are changed.
   */
  pointAt(group: string, template: GroupTemplate, signal?: AbortSignal): Promise<void>;
  suspend(group: string, processes: readonly string[], signal?: AbortSignal): Promise<void>;
  resume(group: string, processes: readonly string[], signal?: AbortSignal): Promise<void>;
  /** Not propagated to instances. A value has 256 characters at most. */
  tag(group: string, tags: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<void>;
  untag(group: string, keys: readonly string[], signal?: AbortSignal): Promise<void>;
  /** "not there": the instance is gone, or going, already. */
  terminate(
    instance: string,
    options: { decrement: boolean },
    signal?: AbortSignal,
  ): Promise<"terminating" | "not there">;
}

/** `oneTry`: a client that does not repeat a call by itself. */
export function connectAutoScaling(
  client: () => Promise<AutoScalingSdk>,
  oneTry: () => Promise<AutoScalingSdk>,
): AutoScaling {
  return {
    async groups(names, signal) {
      return (await readGroups(client, names, signal)).map(autoScalingGroupSeen);
    },

    async groupsOfCluster(cluster, signal) {
      return (await readGroupsOfCluster(client, cluster, signal)).map(autoScalingGroupSeen);
    },

    async groupsOf(instances, signal) {
      const members = await readInstances(client, instances, signal);
      return new Map(
        members.map(({ InstanceId = "", AutoScalingGroupName = "" }) => [InstanceId, AutoScalingGroupName]),
      );
    },

    async activities(group, signal) {
      return (await readActivities(client, group, signal)).map(activitySeen);
    },

    async isRefreshing(group, signal) {
      return (await readRefreshes(client, group, signal)).some(isRefreshActive);
    },

    ...autoScalingWrites(client, oneTry),
  };
}
