import type { Region } from "../aws/region.js";
import { adoptRun } from "../core/decide.js";
import type { Step } from "../core/plan.js";
import { assemblePlan } from "../core/planner.js";
import type { NodeGroupSeen, ReleaseSeen } from "../core/seen.js";
import { rulesOf } from "./rules.js";
import { create } from "./save.js";
import type { Target, UpgradesOptions, Watched } from "./types.js";

/**
 * Follows a version update that somebody started elsewhere (console, CLI, Terraform). It is under way: nobody has to
 * approve it, and nothing is written to AWS.
 */
export async function watch(options: UpgradesOptions, target: Target, by: string): Promise<Watched> {
  const { environment, cluster, region, kind, nodeGroup: name } = target;
  // Nobody but us rolls one, and our own runs are followed anyway.
  if (kind === "self-managed node group") return { none: true };
  const aws = options.outsides.in(environment.name).region(region);
  const updates = await aws.eks.updatesInProgress(cluster, name);
  const update = updates.find((each) => each.type === "VersionUpdate");
  if (!update) return { none: true };

  const nodeGroup = await aws.eks.nodeGroup(cluster, name);
  const version = update.params.Version ?? nodeGroup.version;
  const release = update.params.ReleaseVersion ?? nodeGroup.release;
  const seen = await findRelease(aws, nodeGroup.amiType, version, release);
  if (!seen) return { unknownRelease: release };

  const groups = await aws.autoScaling.groups(nodeGroup.autoScalingGroups);
  const zones = [...new Set(groups.flatMap((group) => group.zones))].sort();
  const step = stepOf(nodeGroup, { version, ...seen }, zones);
  const where = { environment: environment.name, cluster, region, wish: { version, release } };
  const plan = assemblePlan(where, [{ step, blockers: [], warnings: [] }], options.digest);
  const { channel } = environment;
  return create(options, (id, at) =>
    adoptRun(plan, { id, by, channel, at, updateId: update.id }, rulesOf(environment)),
  );
}

/** AWS lists some families' latest release only. */
async function findRelease(
  { releases }: Region,
  amiType: string,
  version: string,
  release: string,
): Promise<ReleaseSeen | undefined> {
  const found = await releases.find(amiType, version, release);
  if (found) return found;
  const latest = await releases.latest(amiType, version);
  return latest?.release === release ? latest : undefined;
}

function stepOf(nodeGroup: NodeGroupSeen, to: Step["to"], zones: readonly string[]): Step {
  return {
    kind: "managed node group",
    nodeGroup: nodeGroup.name,
    amiType: nodeGroup.amiType,
    // EKS shows the new release only when it is done: what the group says now is what it comes from.
    from: { version: nodeGroup.version, release: nodeGroup.release },
    to,
    updateConfig: nodeGroup.updateConfig,
    ...(nodeGroup.launchTemplate && { launchTemplate: nodeGroup.launchTemplate }),
    // EKS does not tell whether it was forced.
    force: false,
    nodes: { count: nodeGroup.sizes.desired, zones, max: nodeGroup.sizes.max },
  };
}
