import type { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { isTrouble } from "../core/problems.js";
import type { TargetSeen } from "../core/roll/seen.js";
import { ask } from "./trouble.js";

/** Elastic Load Balancing in one region. Every call throws `Trouble`. */
export interface LoadBalancers {
  /** The targets of these target groups, by ARN. A group that does not exist has none. */
  targets(groups: readonly string[], signal?: AbortSignal): Promise<TargetSeen[]>;
}

export function connectLoadBalancers(client: () => Promise<ElasticLoadBalancingV2>): LoadBalancers {
  async function targetsOf(group: string, signal: AbortSignal | undefined): Promise<TargetSeen[]> {
    // The ARN holds the account's id: only the group's own name is told.
    const call = {
      action: "elasticloadbalancing:DescribeTargetHealth",
      doing: `describe the targets of ${/:targetgroup\/([^/]+)/.exec(group)?.[1] ?? "a target group"}`,
    };
    const answer = await ask(call, signal, async (options) => {
      const sdk = await client();
      return sdk.describeTargetHealth({ TargetGroupArn: group }, options);
    });
    return (answer.TargetHealthDescriptions ?? []).map(({ Target, TargetHealth }) => ({
      group,
      id: Target?.Id ?? "",
      state: TargetHealth?.State ?? "",
    }));
  }

  return {
    // One after the other: a group of nodes has few, and AWS takes one per call.
    async targets(groups, signal) {
      const found: TargetSeen[] = [];
      for (const group of groups) found.push(...(await targetsOf(group, signal).catch(noneIfGone)));
      return found;
    },
  };
}

function noneIfGone(error: unknown): TargetSeen[] {
  if (isTrouble(error, "not found")) return [];
  throw error;
}
