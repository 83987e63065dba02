import type { Problem } from "./problems.js";
import { compareReleases } from "./releases.js";
import { type ImageSeen, runTag, type TemplateVersionSeen } from "./roll/seen.js";
import type { AutoScalingGroupSeen, ClusterSeen } from "./seen.js";
import type { Ami, SelfManagedGroup } from "./self-managed.js";
import { compareMinors } from "./versions.js";

/** Why a self-managed group cannot be rolled now, and what to know before it is. One rule per function. */

/** What a run that died left behind is put back before another one begins. */
export function leftoverBlockers(
  group: AutoScalingGroupSeen,
  cluster: string,
  run: string | undefined,
): Problem[] {
  const other = group.tags[runTag];
  if (other === undefined || other === run) return [];
  return [
    {
      code: "ChangedByAnotherRun",
      what: `Auto Scaling group ${group.name} is still as run ${other} left it (tag ${runTag})`,
      next: `If that run is over, put things back with "/eks-upgrade repair ${cluster}"; then plan again.`,
    },
  ];
}

export function nodeBlockers({ group, nodes }: SelfManagedGroup, cluster: string): Problem[] {
  if (nodes.length > 0) return [];
  return [
    {
      code: "NoNodes",
      what: `No instance of Auto Scaling group ${group.name} is a node of ${cluster}`,
      next: "A group without nodes has nothing to roll: point it at a launch template version with the new AMI.",
    },
  ];
}

/** Those that only a replacement ends are replaced all the same; people should know beforehand. */
export function protectionWarnings({ name, instances }: AutoScalingGroupSeen): Problem[] {
  const count = instances.filter((instance) => instance.protected).length;
  if (count === 0) return [];
  return [
    {
      code: "InstancesProtected",
      what: `${count} of ${instances.length} instances of ${name} are protected from scale-in`,
      next: "They are replaced all the same, drained first: somebody may have had a reason to protect them.",
    },
  ];
}

/** Nodes may be three minors older than the control plane, and never newer. */
const oldestBehind = 3;

export function skewBlockers(version: string | undefined, { version: plane }: ClusterSeen): Problem[] {
  if (version === undefined) return [];
  const ahead = compareMinors(version, plane);
  if (ahead > 0) {
    return [
      {
        code: "AheadOfControlPlane",
        what: `Kubernetes ${version} is newer than the control plane, which runs ${plane}`,
        next: `Nodes must not be newer than the control plane: upgrade that first, or choose ${plane}.`,
      },
    ];
  }
  if (-ahead <= oldestBehind) return [];
  return [
    {
      code: "TooFarBehind",
      what: `Kubernetes ${version} is more than ${oldestBehind} versions older than the control plane, which runs ${plane}`,
      next: `Choose a version nearer to ${plane}.`,
    },
  ];
}

/** An AMI has to exist, and to be one that the template's user data makes a node of: `family`, where that is known. */
export function imageBlockers(
  image: string,
  seen: ImageSeen | undefined,
  { amiType }: Ami,
  family: string | undefined,
): Problem[] {
  if (!seen) {
    return [
      {
        code: "ImageNotFound",
        what: `There is no AMI ${image} in this region, or it is not shared with this account`,
        next: "Check its id; an AMI has another id in every region.",
      },
    ];
  }
  if (seen.state !== "available") {
    const next = "Wait until it is available, or name another one.";
    return [{ code: "ImageNotAvailable", what: `AMI ${image} (${seen.name}) is ${seen.state}`, next }];
  }
  if (amiType === undefined || family === undefined || amiType === family) return [];
  return [
    {
      code: "AmiFamilyDiffers",
      what: `AMI ${image} is ${amiType}, but the group's launch template is made for ${family}: with its user data no node would join`,
      next: `Name an AMI of ${family}; or first point the group at a template version with user data for ${amiType}, then plan again.`,
    },
  ];
}

export function imageWarnings(seen: ImageSeen, ami: Ami, now: number): Problem[] {
  const unknown: Problem[] =
    ami.version === undefined
      ? [
          {
            code: "CustomImage",
            what: `Custom image ${seen.id} (${seen.name}): I cannot tell its Kubernetes version`,
            next: "Make sure that it is not newer than the control plane's.",
          },
        ]
      : [];
  const deprecated: Problem[] =
    seen.deprecatedAt !== undefined && seen.deprecatedAt <= now
      ? [
          {
            code: "ImageDeprecated",
            what: `Its owner has deprecated AMI ${seen.id} (${seen.name})`,
            next: "It still launches; plan for a newer one.",
          },
        ]
      : [];
  return [...unknown, ...deprecated];
}

/** Only what was asked for goes back: a release that AWS withdrew is no reason to. */
export function orderProblems(
  from: Ami,
  to: Ami,
  askedFor: boolean,
): { blockers: Problem[]; warnings: Problem[] } {
  if (!isOlder(to, from)) return { blockers: [], warnings: [] };
  const what = `${to.release} is older than what the group runs (${from.release})`;
  if (askedFor) {
    const next = "That is a way back: its security fixes are older, too.";
    return { blockers: [], warnings: [{ code: "GoesBack", what, next }] };
  }
  const next = "AWS may have withdrawn a release. To go back on purpose, name the AMI with --ami.";
  return { blockers: [{ code: "ReleaseDowngrade", what, next }], warnings: [] };
}

function isOlder(one: Ami, other: Ami): boolean {
  if (one.version !== undefined && other.version !== undefined) {
    const minors = compareMinors(one.version, other.version);
    if (minors !== 0) return minors < 0;
  }
  const order =
    one.amiType !== undefined && one.amiType === other.amiType
      ? compareReleases(one.amiType, one.release, other.release)
      : undefined;
  if (order !== undefined) return order < 0;
  return one.madeAt !== undefined && other.madeAt !== undefined && one.madeAt < other.madeAt;
}

export function templateWarnings(templates: readonly TemplateVersionSeen[]): Problem[] {
  return templates.flatMap(({ name, image }) =>
    image?.startsWith("resolve:")
      ? [
          {
            code: "TemplateFollowsParameter",
            what: `Launch template ${name} takes its AMI from a parameter (${image})`,
            next: "The new version names the AMI itself: from then on new nodes do not follow the parameter.",
          },
        ]
      : [],
  );
}
