import type { Releases } from "../aws/releases.js";
import { isCustom } from "../core/custom-ami.js";
import type { Instant } from "../core/instant.js";
import type { Wish } from "../core/plan.js";
import { type NodeGroupLook, planNodeGroup, wishedVersion } from "../core/planner.js";
import type { NodeGroupSeen } from "../core/seen.js";
import type { LookWhere, PlanLook } from "./look.js";
import type { Outside } from "./outside.js";

/** A managed node group, and what EKS would be asked to do. */
export async function lookAtManaged(
  outside: Outside,
  where: LookWhere,
  name: string,
  wish: Wish,
  now: Instant,
  signal?: AbortSignal,
): Promise<PlanLook> {
  const { eks, autoScaling, releases } = outside.region(where.region);
  const [cluster, nodeGroup, updatesInProgress] = await Promise.all([
    eks.cluster(where.cluster, signal),
    eks.nodeGroup(where.cluster, name, signal),
    eks.updatesInProgress(where.cluster, name, signal),
  ]);
  const seen = { cluster, nodeGroup, updatesInProgress };
  const byImage = isCustom(nodeGroup) || wish.image !== undefined;
  const [autoScalingGroups, target] = await Promise.all([
    autoScaling.groups(nodeGroup.autoScalingGroups, signal),
    byImage
      ? lookAtImage(outside, where.region, nodeGroup, wish, signal)
      : lookAtRelease(releases, nodeGroup, wish, signal),
  ]);
  return {
    ...planNodeGroup({ ...seen, autoScalingGroups, ...target }, wish, now),
    cluster,
    autoScalingGroups,
  };
}

async function lookAtRelease(
  releases: Releases,
  nodeGroup: NodeGroupSeen,
  wish: Wish,
  signal: AbortSignal | undefined,
): Promise<Pick<NodeGroupLook, "target">> {
  const version = wishedVersion(wish, nodeGroup);
  const target =
    wish.release === undefined
      ? await releases.latest(nodeGroup.amiType, version, signal)
      : await releases.find(nodeGroup.amiType, version, wish.release, signal);
  return target ? { target } : {};
}

/** The AMI that was named, and the customer's own template that is to name it. */
async function lookAtImage(
  outside: Outside,
  region: string,
  { launchTemplate, amiType }: NodeGroupSeen,
  wish: Wish,
  signal: AbortSignal | undefined,
): Promise<Pick<NodeGroupLook, "target" | "custom">> {
  if (!isCustom({ amiType })) return { custom: {} };
  const { ec2 } = outside.region(region);
  const template =
    launchTemplate && (await ec2.templateVersion(launchTemplate.id, launchTemplate.version, signal));
  const ids = [wish.image, template?.image].flatMap((id) => (id?.startsWith("ami-") ? [id] : []));
  const images = await ec2.images([...new Set(ids)], signal);
  const find = (id: string | undefined) => images.find((each) => each.id === id);
  const [image, current] = [find(wish.image), find(template?.image)];
  return {
    ...(wish.image !== undefined && { target: { release: wish.image, image: wish.image } }),
    custom: { ...(template && { template }), ...(image && { image }), ...(current && { current }) },
  };
}
