import { membersOf } from "../world/lookup.js";
import { activityShape, groupShape, instanceShape, tagsOf } from "./auto-scaling-shapes.js";
import { scalingWrites } from "./auto-scaling-writes.js";
import { filtered } from "./filters.js";
import { groupHere, groupsHere } from "./here.js";
import { flag, number, text, texts } from "./input.js";
import { page } from "./paging.js";
import { isoTime, querySkin } from "./query.js";
import type { Input } from "./skin.js";

export const autoScaling = querySkin("autoscaling", "http://autoscaling.amazonaws.com/doc/2011-01-01/", {
  /** Unknown names are simply absent. */
  DescribeAutoScalingGroups(here, input) {
    const names = texts(input, "AutoScalingGroupNames");
    const groups = groupsHere(here).filter(({ name }) => !names || names.includes(name));
    const { items, nextToken } = pageOf(
      filtered(groups, input, { list: "Filters", values: "Values" }, {}, tagsOf),
      input,
    );
    const withInstances = flag(input, "IncludeInstances") ?? true;
    return {
      AutoScalingGroups: items.map((group) => groupShape(here, group, withInstances)),
      NextToken: nextToken,
    };
  },

  DescribeAutoScalingInstances(here, input) {
    const ids = texts(input, "InstanceIds");
    const members = groupsHere(here)
      .flatMap((group) => membersOf(here.world, group))
      .filter(({ id }) => !ids || ids.includes(id));
    const { items, nextToken } = pageOf(members, input);
    return {
      AutoScalingInstances: items.map((instance) => ({
        ...instanceShape(here, instance),
        AutoScalingGroupName: instance.autoScalingGroup,
      })),
      NextToken: nextToken,
    };
  },

  /** Newest first. */
  DescribeScalingActivities(here, input) {
    const name = text(input, "AutoScalingGroupName");
    const activities = groupsHere(here)
      .filter((group) => name === undefined || group.name === name)
      .flatMap((group) => group.activities.map((activity) => activityShape(here, group, activity)));
    const { items, nextToken } = pageOf(activities.reverse(), input);
    return { Activities: items, NextToken: nextToken };
  },

  /** Newest first. */
  DescribeInstanceRefreshes(here, input) {
    const group = groupHere(here, text(input, "AutoScalingGroupName") ?? "");
    const ids = texts(input, "InstanceRefreshIds");
    const asked = group.refreshes.filter(({ id }) => !ids || ids.includes(id));
    const { items, nextToken } = pageOf(asked.reverse(), input);
    return {
      InstanceRefreshes: items.map(({ id, status, startedAt }) => ({
        InstanceRefreshId: id,
        AutoScalingGroupName: group.name,
        Status: status,
        StartTime: isoTime(startedAt),
      })),
      NextToken: nextToken,
    };
  },

  ...scalingWrites,
});

function pageOf<T>(items: readonly T[], input: Input) {
  return page(items, {
    size: number(input, "MaxRecords"),
    token: text(input, "NextToken"),
    most: 100,
    code: "InvalidNextToken",
  });
}
