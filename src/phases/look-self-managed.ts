import type { Instant } from "../core/instant.js";
import type { Wish } from "../core/plan.js";
import { planSelfManaged } from "../core/planner-self-managed.js";
import { Trouble } from "../core/problems.js";
import type { AutoScalingGroupSeen, ClusterSeen } from "../core/seen.js";
import type { SelfManagedGroup } from "../core/self-managed.js";
import { familyAmi, type SelfManagedLook, wishedMinor } from "../core/target-self-managed.js";
import { templatesOf, withAmis } from "./discover.js";
import type { LookWhere, PlanLook } from "./look.js";
import type { Outside } from "./outside.js";

/** A self-managed group, the AMIs it comes from and may go to, and what would be done. */
export async function lookAtSelfManaged(
  outside: Outside,
  where: LookWhere,
  name: string,
  wish: Wish,
  now: Instant,
  signal?: AbortSignal,
): Promise<PlanLook> {
  const { eks, autoScaling } = outside.region(where.region);
  const [cluster, [group]] = await Promise.all([
    eks.cluster(where.cluster, signal),
    autoScaling.groups([name], signal),
  ]);
  if (!group) return missing(where.cluster, name);
  const tagged = { ...group, tags: { ...outside.rolls, ...group.tags } };
  const [nodes, refreshing] = await Promise.all([
    outside.kubernetes(cluster).allNodes(signal),
    autoScaling.isRefreshing(name, signal),
  ]);
  const [[found], templates, freeAddresses] = await Promise.all([
    withAmis(outside, cluster, [tagged], nodes, signal),
    templatesOf(outside, cluster, group, signal),
    addressesOf(outside, cluster, group, signal),
  ]);
  if (!found) return missing(where.cluster, name);
  const run = where.run === undefined ? {} : { run: where.run };
  const seen = { cluster, found, templates, freeAddresses, refreshing, ...run };
  const look = await withTarget(outside, seen, wish, signal);
  const plan = planSelfManaged(look, wish, now);
  const leaving = plan.step ? oldNodes(found, plan.step.to.image) : [];
  return { ...plan, cluster, autoScalingGroups: [group], leaving };
}

function oldNodes({ nodes, instances }: SelfManagedGroup, target: string): string[] {
  const old = new Set(instances.filter(({ image }) => image !== target).map(({ id }) => id));
  return nodes.flatMap(({ name, instanceId = "" }) => (old.has(instanceId) ? [name] : []));
}

function missing(cluster: string, name: string): never {
  const next = `See "/eks-upgrade list ${cluster}" for the groups there are.`;
  throw new Trouble("not found", `find Auto Scaling group ${name}`, "AutoScalingGroupNotFound", next);
}

async function addressesOf(
  outside: Outside,
  { region }: ClusterSeen,
  { subnets }: AutoScalingGroupSeen,
  signal: AbortSignal | undefined,
): Promise<Record<string, number>> {
  const free: Record<string, number> = {};
  for (const { zone, freeAddresses } of await outside.region(region).ec2.subnets(subnets, signal)) {
    free[zone] = (free[zone] ?? 0) + freeAddresses;
  }
  return free;
}

/** Images of the templates tell the family; the family tells which release is the newest. */
async function withTarget(
  outside: Outside,
  look: SelfManagedLook,
  wish: Wish,
  signal: AbortSignal | undefined,
): Promise<SelfManagedLook> {
  const { ec2, releases } = outside.region(look.cluster.region);
  const named = look.templates.flatMap(({ image }) => (image?.startsWith("ami-") ? [image] : []));
  const wished = wish.image === undefined ? [] : [wish.image];
  const seen = await withImages(ec2, look.found, [...named, ...wished], signal);
  const family = familyAmi({ found: seen, templates: look.templates })?.amiType;
  if (wish.image !== undefined || family === undefined) return { ...look, found: seen };
  const minor = wishedMinor(wish, family, look.cluster);
  const release =
    wish.release === undefined
      ? await releases.latest(family, minor, signal)
      : await releases.find(family, minor, wish.release, signal);
  if (!release) return { ...look, found: seen };
  return { ...look, found: await withImages(ec2, seen, [release.image], signal), release };
}

async function withImages(
  ec2: ReturnType<Outside["region"]>["ec2"],
  found: SelfManagedGroup,
  wanted: readonly string[],
  signal: AbortSignal | undefined,
): Promise<SelfManagedGroup> {
  const known = new Set(found.images.map(({ id }) => id));
  const more = [...new Set(wanted)].filter((id) => !known.has(id));
  return more.length === 0
    ? found
    : { ...found, images: [...found.images, ...(await ec2.images(more, signal))] };
}
