import { clusterBlockers } from "./blockers.js";
import {
  leftoverBlockers,
  nodeBlockers,
  protectionWarnings,
  templateWarnings,
} from "./blockers-self-managed.js";
import type { Instant } from "./instant.js";
import type { Step, Wish } from "./plan.js";
import type { NodeGroupPlan } from "./planner.js";
import type { Problem } from "./problems.js";
import { groupRollBlockers, groupRollWarnings } from "./roll/group-blockers.js";
import { maxUnavailableOf, type Surge, surgeOf } from "./roll/surge.js";
import { settingsOf } from "./roll-settings.js";
import type { AutoScalingGroupSeen } from "./seen.js";
import { type Ami, amisOf, type RunningAmi } from "./self-managed.js";
import { leavingOf, type SelfManagedLook, targetOf, targetProblems } from "./target-self-managed.js";

/** Judges one self-managed group: what we would do, what forbids it, what to know. */
export function planSelfManaged(look: SelfManagedLook, wish: Wish, now: Instant): NodeGroupPlan {
  const to = targetOf(look, wish);
  const target = "missing" in to ? undefined : to;
  const always = standingBlockers(look, target);
  const from = target && leavingOf(amisOf(look.found), target.image);
  if (!target || !from) return { blockers: "missing" in to ? [...always, to.missing] : always, warnings: [] };
  const judged = targetProblems(look, wish, from, target, now);
  const surge = surgeIn(look);
  const step = stepOf(look, wish, from, target, surge);
  const warnings = [
    ...judged.warnings,
    ...templateWarnings(look.templates),
    ...protectionWarnings(look.found.group),
    ...groupRollWarnings(groupLook(look, target)),
    ...surge.warnings,
    ...sizeWarnings(step, look.found.group),
  ];
  return { step, blockers: [...always, ...judged.blockers], warnings };
}

/** What forbids any roll of the group. */
function standingBlockers(look: SelfManagedLook, to: Ami | undefined): Problem[] {
  const { cluster, found } = look;
  return [
    ...clusterBlockers(cluster),
    ...groupRollBlockers(groupLook(look, to)),
    ...leftoverBlockers(found.group, cluster.name, look.run),
    ...nodeBlockers(found, cluster.name),
    ...settingsOf(found.group.tags).problems,
  ];
}

function groupLook({ found, templates, refreshing }: SelfManagedLook, to: Ami | undefined) {
  const { group, instances, images } = found;
  const types = [
    ...templates.flatMap(({ instanceType }) => instanceType ?? []),
    ...(group.template?.kind === "mixed instances"
      ? group.template.overrides.map(({ instanceType }) => instanceType)
      : []),
    ...instances.map(({ instanceType }) => instanceType),
  ].filter((type) => type !== "");
  const image = images.find(({ id }) => id === to?.image);
  // Without an AMI to judge, none of the types is in its way.
  const instanceTypes = image ? [...new Set(types)] : [];
  return { group, versions: templates, refreshing, image: image ?? noImage, instanceTypes };
}

const noImage = { id: "", architecture: "" };

function surgeIn({ found, freeAddresses }: SelfManagedLook): Surge {
  const { group, instances } = found;
  const settings = settingsOf(group.tags);
  return surgeOf({
    zones: group.zones,
    maxUnavailable: maxUnavailableOf(settings.updateConfig, instances.length),
    freeAddresses,
    ...(settings.surge !== undefined && { configured: settings.surge }),
  });
}

function stepOf(look: SelfManagedLook, wish: Wish, from: RunningAmi, to: Ami, surge: Surge): Step {
  const { group } = look.found;
  const { updateConfig, drainPause, watchTargets } = settingsOf(group.tags);
  const [main] = look.templates;
  return {
    kind: "self-managed node group",
    nodeGroup: group.name,
    amiType: to.amiType ?? "CUSTOM",
    from: { version: from.version ?? look.cluster.version, release: from.release, image: from.image },
    to: { version: to.version ?? from.version ?? look.cluster.version, release: to.release, image: to.image },
    updateConfig,
    ...(main && { launchTemplate: { id: main.template, name: main.name, version: `${main.number}` } }),
    force: wish.force ?? false,
    ...(group.template && { ownTemplate: group.template }),
    surge: surge.nodes,
    ...(drainPause !== undefined && { drainPause }),
    ...(watchTargets !== undefined && { watchTargets }),
    nodes: { count: group.sizes.desired, zones: [...group.zones].sort(), max: group.sizes.max },
  };
}

function sizeWarnings({ surge = 0 }: Step, { sizes }: AutoScalingGroupSeen): Problem[] {
  if (surge === 0) {
    return [
      {
        code: "NoSurge",
        what: "No extra node is added first: pods of a drained node need room on the others",
        next: "Make sure that they have it, or allow extra nodes with the tag eks-upgrade-bot:surge.",
      },
    ];
  }
  if (sizes.desired + surge <= sizes.max) return [];
  const what = `With ${surge} extra nodes the group's maximum is raised from ${sizes.max} to ${sizes.max + surge} for as long as the roll lasts`;
  return [{ code: "SurgeRaisesMax", what, next: "It is put back at the end; quotas must allow it." }];
}
