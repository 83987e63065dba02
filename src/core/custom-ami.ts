import { amiOfName } from "./ami-names.js";
import { imageBlockers, imageWarnings, skewBlockers } from "./blockers-self-managed.js";
import type { Instant } from "./instant.js";
import type { Step, Wish } from "./plan.js";
import type { Problem } from "./problems.js";
import { architectureOf } from "./roll/group-blockers.js";
import type { ImageSeen, TemplateVersionSeen } from "./roll/seen.js";
import type { ClusterSeen, NodeGroupSeen } from "./seen.js";
import type { Ami } from "./self-managed.js";

/**
 * A managed node group whose AMI the customer's own launch template names: EKS has no releases for it. It gets a new
 * version of that template, and EKS is told to go to it.
 */

/** What is known of the AMI that was asked for, and of the one the template names. */
export interface CustomAmiLook {
  /** The node group's template, as it is now. */
  readonly template?: TemplateVersionSeen;
  readonly image?: ImageSeen;
  /** What the template names now. */
  readonly current?: ImageSeen;
}

interface Judged {
  readonly cluster: ClusterSeen;
  readonly nodeGroup: NodeGroupSeen;
  readonly custom: CustomAmiLook;
}

/** Does its AMI come from the customer's own template? */
export function isCustom({ amiType }: Pick<NodeGroupSeen, "amiType">): boolean {
  return amiType === "CUSTOM";
}

export function customAmiBlockers({ cluster, nodeGroup, custom }: Judged, wish: Wish): Problem[] {
  const never = whyNeverByImage(nodeGroup, custom.template);
  if (never) return [never];
  if (wish.image === undefined) return [imageNeeded(nodeGroup)];
  if (wish.image === custom.template?.image) {
    const what = `The launch template of node group ${nodeGroup.name} names ${wish.image} already`;
    return [{ code: "AlreadyAtTarget", what, next: "Nothing to do." }];
  }
  const ami = namedAmi(wish.image, custom.image);
  const current = custom.template?.image;
  const family = current === undefined ? undefined : namedAmi(current, custom.current).amiType;
  return [
    ...imageBlockers(wish.image, custom.image, ami, family),
    ...architectureBlockers(nodeGroup, custom),
    ...skewBlockers(ami.version, cluster),
  ];
}

function whyNeverByImage(
  nodeGroup: NodeGroupSeen,
  template: TemplateVersionSeen | undefined,
): Problem | undefined {
  if (!isCustom(nodeGroup)) {
    return {
      code: "AmiChosenByEks",
      what: `EKS chooses the AMI of node group ${nodeGroup.name} (${nodeGroup.amiType}): it cannot go to one that is named`,
      next: "Leave --ami out, or name a release with --to. For AMIs of your own, make a node group whose launch template names one.",
    };
  }
  if (!nodeGroup.launchTemplate || template?.madeByEks) {
    return {
      code: "NoOwnTemplate",
      what: `Node group ${nodeGroup.name} has no launch template of its own, only one that EKS made: that is never touched`,
      next: "Make a node group with a launch template of your own.",
    };
  }
  return undefined;
}

function imageNeeded({ name, launchTemplate }: NodeGroupSeen): Problem {
  const template = launchTemplate ? ` ${launchTemplate.name}` : "";
  return {
    code: "ImageNeeded",
    what: `Node group ${name} runs a custom AMI, named by its launch template${template}: EKS has no releases for it`,
    next: "Name the AMI to go to: --ami ami-… . I make a new version of the template with it, and have EKS go to that.",
  };
}

function architectureBlockers(
  { name, instanceTypes }: NodeGroupSeen,
  { image, template }: CustomAmiLook,
): Problem[] {
  const types = [...instanceTypes, ...(template?.instanceType ? [template.instanceType] : [])];
  const unfit = types.filter((type) => image && architectureOf(type) !== image.architecture);
  if (!image || unfit.length === 0) return [];
  return [
    {
      code: "OtherArchitecture",
      what: `AMI ${image.id} is for ${image.architecture}, and node group ${name} may launch ${unfit.slice(0, 3).join(", ")}`,
      next: "Name an AMI that fits.",
    },
  ];
}

export function customAmiWarnings({ custom }: Pick<Judged, "custom">, wish: Wish, now: Instant): Problem[] {
  if (wish.image === undefined || !custom.image) return [];
  return imageWarnings(custom.image, namedAmi(wish.image, custom.image), now);
}

/** What the plan says of it: the AMI's id is its release, and EKS' word on the version is not to be trusted. */
export function customStep(
  { cluster, nodeGroup, custom }: Judged,
  image: string,
): Pick<Step, "from" | "to" | "ownTemplate"> {
  const current = custom.template?.image ?? nodeGroup.release;
  const runs = namedAmi(current, custom.current).version ?? (nodeGroup.version || cluster.version);
  const { launchTemplate } = nodeGroup;
  return {
    from: { version: runs, release: current, image: current },
    to: { version: namedAmi(image, custom.image).version ?? runs, release: image, image },
    ...(launchTemplate && { ownTemplate: { kind: "launch template", template: launchTemplate } }),
  };
}

function namedAmi(image: string, seen: ImageSeen | undefined): Ami {
  const named = seen && amiOfName(seen.name, seen.owner);
  return { image, release: image, ...(named && { amiType: named.amiType, version: named.minor }) };
}
