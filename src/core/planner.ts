import { whyNoNewReleases } from "./ami-support.js";
import {
  clusterBlockers,
  groupBlockers,
  healthWarnings,
  scalingBlockers,
  strategyWarnings,
  targetBlockers,
  updateBlockers,
} from "./blockers.js";
import { type CustomAmiLook, customAmiBlockers, customAmiWarnings, customStep } from "./custom-ami.js";
import type { Instant } from "./instant.js";
import type { Plan, Step, Wish } from "./plan.js";
import type { Problem } from "./problems.js";
import { parseRelease } from "./release-text.js";
import { familyOf } from "./releases.js";
import { referencesOf } from "./roll/setup-parts.js";
import type { AutoScalingGroupSeen, ClusterSeen, NodeGroupSeen, ReleaseSeen, UpdateSeen } from "./seen.js";

/** Everything a node group's plan is made from. */
export interface NodeGroupLook {
  readonly cluster: ClusterSeen;
  readonly nodeGroup: NodeGroupSeen;
  readonly autoScalingGroups: readonly AutoScalingGroupSeen[];
  readonly updatesInProgress: readonly UpdateSeen[];
  /** The release that was asked for, or the latest; absent where AWS lists none. */
  readonly target?: ReleaseSeen;
  /** Only where the AMI is the customer's own, or one was named. */
  readonly custom?: CustomAmiLook;
}

/** A node group's part of a plan. Without `step` there is not even a target to speak of. */
export interface NodeGroupPlan {
  readonly step?: Step;
  readonly blockers: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly forecast?: NonNullable<Plan["forecast"]>;
}

/** The Kubernetes version a wish means for this group: named, or that of the release that is named, or the group's own. */
export function wishedVersion(wish: Wish, nodeGroup: NodeGroupSeen): string {
  const family = familyOf(nodeGroup.amiType);
  const release = family && wish.release !== undefined ? parseRelease(family, wish.release) : undefined;
  return wish.version ?? release?.minor ?? nodeGroup.version;
}

/** Judges one node group: what would be done, what forbids it, what to know. */
export function planNodeGroup(look: NodeGroupLook, wish: Wish, now: Instant): NodeGroupPlan {
  const { nodeGroup, target } = look;
  const version = wishedVersion(wish, nodeGroup);
  const blockers = [
    ...clusterBlockers(look.cluster),
    ...groupBlockers(nodeGroup),
    ...updateBlockers(look),
    ...(look.custom
      ? customAmiBlockers({ ...look, custom: look.custom }, wish)
      : targetBlockers(look, wish, version)),
    ...scalingBlockers(look.autoScalingGroups),
  ];
  const warnings = [
    ...healthWarnings(nodeGroup),
    ...present(whyNoNewReleases(nodeGroup.amiType, now)),
    ...strategyWarnings(nodeGroup),
    ...(look.custom ? customAmiWarnings({ custom: look.custom }, wish, now) : []),
  ];
  return target ? { step: stepOf(look, target, version, wish), blockers, warnings } : { blockers, warnings };
}

function stepOf(look: NodeGroupLook, target: ReleaseSeen, version: string, wish: Wish): Step {
  const { nodeGroup, autoScalingGroups, custom } = look;
  const zones = [...new Set(autoScalingGroups.flatMap((group) => group.zones))].sort();
  return {
    kind: "managed node group",
    nodeGroup: nodeGroup.name,
    amiType: nodeGroup.amiType,
    from: { version: nodeGroup.version, release: nodeGroup.release },
    to: { version, release: target.release, image: target.image },
    updateConfig: nodeGroup.updateConfig,
    ...(nodeGroup.launchTemplate && { launchTemplate: nodeGroup.launchTemplate }),
    force: wish.force ?? false,
    nodes: { count: nodeGroup.sizes.desired, zones, max: nodeGroup.sizes.max },
    ...(custom && customStep({ ...look, custom }, target.image)),
  };
}

const present = <T>(value: T | undefined): T[] => (value === undefined ? [] : [value]);

/**
 * Puts a plan together. `digest` turns a text into a short fingerprint of it (SHA-256 in the bot): it is passed in,
 * because nothing here may depend on Node.
 */
export function assemblePlan(
  where: Pick<Plan, "environment" | "cluster" | "region" | "wish">,
  parts: readonly NodeGroupPlan[],
  digest: (text: string) => string,
): Plan {
  const steps = parts.flatMap((part) => present(part.step));
  const forecasts = parts.flatMap((part) => present(part.forecast));
  return {
    ...where,
    ...(forecasts.length > 0 && { forecast: forecasts.reduce(sumOf) }),
    steps,
    blockers: parts.flatMap((part) => part.blockers),
    warnings: parts.flatMap((part) => part.warnings),
    hash: digest(JSON.stringify([where.region, where.cluster, steps.map(approvedParts)])),
  };
}

function sumOf(one: NonNullable<Plan["forecast"]>, other: NonNullable<Plan["forecast"]>) {
  return { move: one.move + other.move, block: one.block + other.block };
}

/** What an approver says yes to; everything else may change without asking again. Arrays, so that key order cannot matter. */
function approvedParts(step: Step): unknown[] {
  const { updateConfig, launchTemplate } = step;
  const own = ownParts(step);
  return [
    step.kind,
    step.nodeGroup,
    [step.from.version, step.from.release],
    [step.to.version, step.to.release],
    [launchTemplate?.id ?? null, launchTemplate?.version ?? null],
    [
      updateConfig.maxUnavailable ?? null,
      updateConfig.maxUnavailablePercentage ?? null,
      updateConfig.strategy,
    ],
    step.force,
    // Absent for what EKS does by itself: cards of older bots stay valid.
    ...(own.length > 0 ? [own] : []),
  ];
}

/** Of a step whose AMI or whose roll is ours. */
function ownParts(step: Step): unknown[] {
  const { kind, to, ownTemplate, drainPause, watchTargets } = step;
  if (kind === "managed node group" && !ownTemplate) return [];
  const references = ownTemplate ? referencesOf(ownTemplate) : [];
  return [
    to.image,
    references.map(({ id, version }) => [id, version]),
    [fixedSurge(step) ?? null, drainPause ?? null, watchTargets ?? null],
  ];
}

/** By a share at once, extra nodes go with the group's size, which an autoscaler may move. */
function fixedSurge({ surge, updateConfig }: Step): number | undefined {
  return updateConfig.maxUnavailablePercentage === undefined ? surge : undefined;
}

/** What changed between two plans of the same target, in words; empty when nothing that matters did. */
export function planChanges(before: Plan, after: Plan): string[] {
  const changes = after.steps.flatMap((step) => {
    const old = before.steps.find((each) => each.nodeGroup === step.nodeGroup);
    return old ? stepChanges(old, step) : [`node group ${step.nodeGroup} was added`];
  });
  const lost = before.steps.filter((old) => !after.steps.some((step) => step.nodeGroup === old.nodeGroup));
  return [...changes, ...lost.map((step) => `node group ${step.nodeGroup} has no target any more`)];
}

const said = (value: number | boolean | undefined) => (value === undefined ? "not set" : String(value));

/** Where EKS chooses it, a release's AMI is EKS' business. */
const imageIn = ({ kind, to, ownTemplate }: Step) =>
  kind === "managed node group" && !ownTemplate ? "" : to.image;

const referencesIn = ({ ownTemplate }: Step) =>
  ownTemplate
    ? referencesOf(ownTemplate)
        .map(({ name, version }) => `${name}:${version}`)
        .join(", ")
    : "none";

/** What changed between two plans for one node group, in words. */
export function stepChanges(old: Step, step: Step): string[] {
  const template = ({ launchTemplate: each }: Step) =>
    each ? `${each.name} (${each.id}) version ${each.version}` : "none";
  const parallel = ({ updateConfig: config }: Step) =>
    config.maxUnavailablePercentage === undefined
      ? `${config.maxUnavailable ?? 1}`
      : `${config.maxUnavailablePercentage} %`;
  const rows: [string, string, string][] = [
    ["Kubernetes version now", old.from.version, step.from.version],
    ["release now", old.from.release, step.from.release],
    ["target Kubernetes version", old.to.version, step.to.version],
    ["target release", old.to.release, step.to.release],
    ["launch template", template(old), template(step)],
    ["nodes at once", parallel(old), parallel(step)],
    ["update strategy", old.updateConfig.strategy, step.updateConfig.strategy],
    ["target AMI", imageIn(old), imageIn(step)],
    ["templates of the group", referencesIn(old), referencesIn(step)],
    ["extra nodes", said(fixedSurge(old)), said(fixedSurge(step))],
    ["pause after a drain", said(old.drainPause), said(step.drainPause)],
    ["waiting for load balancers", said(old.watchTargets), said(step.watchTargets)],
    ["force", String(old.force), String(step.force)],
  ];
  return rows
    .filter(([, before, after]) => before !== after)
    .map(([what, before, after]) => `${step.nodeGroup}: ${what} was ${before}, is ${after}`);
}
