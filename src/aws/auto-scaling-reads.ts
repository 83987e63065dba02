import type {
  Activity,
  AutoScalingGroup,
  AutoScalingInstanceDetails,
  AutoScaling as AutoScalingSdk,
  Filter,
  InstanceRefresh,
} from "@aws-sdk/client-auto-scaling";
import { allPages, chunksOf } from "./pages.js";
import { ask } from "./trouble.js";

/** What Auto Scaling is asked, in its own words. */

type Client = () => Promise<AutoScalingSdk>;

/** Neither groups nor instances may be asked for by more names at once. */
const namesPerCall = 50;

/** One that does not exist is left out. */
export async function readGroups(
  client: Client,
  names: readonly string[],
  signal: AbortSignal | undefined,
): Promise<AutoScalingGroup[]> {
  const found: AutoScalingGroup[] = [];
  for (const some of chunksOf(names, namesPerCall))
    found.push(...(await readSomeGroups(client, some, signal)));
  return found;
}

function readSomeGroups(client: Client, names: string[], signal: AbortSignal | undefined) {
  const doing = `describe Auto Scaling group ${names.join(", ")}`;
  return describeGroups(client, doing, { AutoScalingGroupNames: names }, signal);
}

export function readGroupsOfCluster(
  client: Client,
  cluster: string,
  signal: AbortSignal | undefined,
): Promise<AutoScalingGroup[]> {
  const tagged = { Name: "tag-key", Values: [`kubernetes.io/cluster/${cluster}`] };
  return describeGroups(client, `find the Auto Scaling groups of ${cluster}`, { Filters: [tagged] }, signal);
}

function describeGroups(
  client: Client,
  doing: string,
  which: { readonly AutoScalingGroupNames: string[] } | { readonly Filters: Filter[] },
  signal: AbortSignal | undefined,
): Promise<AutoScalingGroup[]> {
  const call = { action: "autoscaling:DescribeAutoScalingGroups", doing };
  return ask(call, signal, async (options) => {
    const sdk = await client();
    return allPages(
      async (NextToken) => {
        const page = await sdk.describeAutoScalingGroups({ ...which, NextToken }, options);
        return { groups: page.AutoScalingGroups, nextToken: page.NextToken };
      },
      (page) => page.groups,
    );
  });
}

/** One that is in no group is left out. */
export async function readInstances(
  client: Client,
  ids: readonly string[],
  signal: AbortSignal | undefined,
): Promise<AutoScalingInstanceDetails[]> {
  const found: AutoScalingInstanceDetails[] = [];
  for (const some of chunksOf(ids, namesPerCall))
    found.push(...(await readSomeInstances(client, some, signal)));
  return found;
}

function readSomeInstances(client: Client, ids: string[], signal: AbortSignal | undefined) {
  const call = {
    action: "autoscaling:DescribeAutoScalingInstances",
    doing:
      ids.length === 1
        ? `find the Auto Scaling group of ${ids[0]}`
        : `find the Auto Scaling groups of ${ids.length} instances`,
  };
  return ask(call, signal, async (options) => {
    const sdk = await client();
    return allPages(
      async (NextToken) => {
        const page = await sdk.describeAutoScalingInstances({ InstanceIds: ids, NextToken }, options);
        return { instances: page.AutoScalingInstances, nextToken: page.NextToken };
      },
      (page) => page.instances,
    );
  });
}

/** Newest first, one page of a hundred. */
export function readActivities(
  client: Client,
  group: string,
  signal: AbortSignal | undefined,
): Promise<Activity[]> {
  const call = {
    action: "autoscaling:DescribeScalingActivities",
    doing: `read the scaling activities of ${group}`,
  };
  return ask(call, signal, async (options) => {
    const sdk = await client();
    const page = await sdk.describeScalingActivities(
      { AutoScalingGroupName: group, MaxRecords: 100 },
      options,
    );
    return page.Activities ?? [];
  });
}

/** Newest first, one page: a group has one that is active at most, and that is among the newest. */
export function readRefreshes(
  client: Client,
  group: string,
  signal: AbortSignal | undefined,
): Promise<InstanceRefresh[]> {
  const call = {
    action: "autoscaling:DescribeInstanceRefreshes",
    doing: `look for an instance refresh of ${group}`,
  };
  return ask(call, signal, async (options) => {
    const sdk = await client();
    const page = await sdk.describeInstanceRefreshes({ AutoScalingGroupName: group }, options);
    return page.InstanceRefreshes ?? [];
  });
}
